import { setTimeout as delay } from 'node:timers/promises';
import { doDeed } from './do-deed.ts';
import type { Mischiefs } from './do-mischief.ts';
import type { Mischief, ObjectDeed, Step } from './plan/step.ts';
import type { Tally } from './tally.ts';
import type { World } from './world/world.ts';

/** Carries out the plan: object by object in one line, mischief in another, each step at its time or when its turn comes. */
export async function carryOut(
  plan: readonly Step[],
  world: World,
  mischiefs: Mischiefs,
  tally: Tally,
): Promise<void> {
  const startedMs = performance.now();
  const inTurn = async (steps: readonly Step[], doStep: (step: Step) => Promise<void>) => {
    for (const step of steps) {
      await delay(Math.max(0, step.atMs - (performance.now() - startedMs)));
      await doStep(step);
    }
  };
  const isMischief = (step: Step) => !('object' in step);
  await Promise.all([
    inTurn(
      plan.filter((step) => !isMischief(step)),
      async (step) => {
        tally.count('deeds', step.do);
        await doDeed(world, step as ObjectDeed, String(step.atMs));
      },
    ),
    inTurn(plan.filter(isMischief), (step) => mischiefs.do(step as Mischief)),
  ]);
}
