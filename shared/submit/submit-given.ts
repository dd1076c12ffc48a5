import { beginRun, beginRunWithin, type Run, type RunParts, workUntilMs } from '../throttle/run.ts';
import { beginGiven, type GivenIntent } from './begin-given.ts';
import type { SubmitPolicy } from './policy.ts';
import { postBegun } from './post-one.ts';
import { serveTurn } from './serve-turn.ts';
import { takeTurnOfGiven } from './take-turn.ts';
import { beginLaneRun, beginUntilMs, type LaneRun, mayGoOn, POST_MS } from './turn.ts';

export interface SubmittedGiven {
  readonly run: Run;
  /** one of them at least was not posted at once: something spoke against it, or there was no time */
  readonly anyLeft: boolean;
}

/**
 * Submits intents that were just made and no others: whoever made them is here, and they may be due nowhere else for
 * long. Begins the run that does it.
 */
export async function submitGiven(
  parts: RunParts,
  given: readonly GivenIntent[],
  policy: SubmitPolicy,
): Promise<SubmittedGiven> {
  const { store, clock, slotsFor } = parts;
  const left: string[] = [];
  let lanes: LaneRun | undefined;
  const hasTime = () =>
    lanes ? mayGoOn(lanes) : clock.now() < beginUntilMs(clock.now(), workUntilMs(parts));
  for (const one of given) {
    const run = lanes?.run;
    if (!hasTime()) {
      left.push(one.id);
      continue;
    }
    const untilMs = clock.now() + POST_MS;
    const [begun, decision] = await store.transaction((sql) =>
      Promise.all([run ?? beginRunWithin(sql, parts), beginGiven(sql, one, policy, slotsFor)]),
    );
    lanes ??= beginLaneRun(begun, policy);
    if (decision.outcome === 'left') left.push(one.id);
    if (decision.outcome !== 'posting') continue;
    const step = await postBegun(begun, decision.lane, { ...decision, untilMs });
    lanes.isOutOfTime = step === 'out-of-time';
  }
  lanes ??= beginLaneRun(await beginRun(parts), policy);
  await workOffLeft(lanes, left);
  return { run: lanes.run, anyLeft: left.length > 0 };
}

/** The same for those that something speaks against, lane by lane. */
async function workOffLeft(lanes: LaneRun, ids: readonly string[]): Promise<void> {
  const { run, policy } = lanes;
  let left = ids;
  while (left.length > 0 && mayGoOn(lanes)) {
    const given = left;
    const { turn, others } = await run.store.transaction((sql) => takeTurnOfGiven(sql, policy, given));
    left = others;
    if (turn) await serveTurn(lanes, turn);
  }
}
