import pLimit from 'p-limit';
import { allOf } from '../all-of.ts';
import type { Bucket } from '../ci/bucket.ts';
import type { Run } from '../throttle/run.ts';
import type { SubmitPolicy } from './policy.ts';
import { serveTurn } from './serve-turn.ts';
import { takeTurn } from './take-turn.ts';
import { beginLaneRun, mayGoOn, type Turn } from './turn.ts';

/** Lanes that one run works off at once, each of another bucket. */
const PLACES = 4;
/** Who has submitted an event's own intents helps with what else is due once in this time, unless it may have made something due. */
export const HELP_EVERY_MS = 1000;

/**
 * Works off the intents that are due, lane by lane: new ones, those in doubt, those that were throttled, those whose
 * process died. A lane that hangs uses one place, until it is put off.
 */
export async function workOff(run: Run, policy: SubmitPolicy): Promise<void> {
  const lanes = beginLaneRun(run, policy);
  // Orders are recheck's: an upload beside one must not find every instance of on-object busy with it.
  const withOrders = run.share !== 'submit';
  const busy = new Map<Turn, Bucket>();
  // Whoever takes next must know what was taken before.
  const oneAtATime = pLimit(1);

  /** Nothing was left to take, and nobody has ended a turn since. */
  let isIdle = false;

  async function take(): Promise<Turn | undefined> {
    const turn = isIdle
      ? undefined
      : await run.store.transaction((sql) => takeTurn(sql, policy, [...busy.values()], withOrders));
    isIdle = turn === undefined;
    if (turn) busy.set(turn, { name: turn.lane.bucket, region: turn.lane.region });
    return turn;
  }

  async function work(): Promise<void> {
    while (mayGoOn(lanes)) {
      const turn = await oneAtATime(take);
      if (turn === undefined) return;
      await serveTurn(lanes, turn).finally(() => {
        busy.delete(turn);
        isIdle = false;
      });
    }
  }

  await allOf(Array.from({ length: PLACES }, work));
}
