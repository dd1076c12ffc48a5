import pLimit from 'p-limit';
import { allOf } from '../all-of.ts';
import type { Bucket } from '../ci/bucket.ts';
import type { Run } from '../throttle/run.ts';
import { POST_MS } from './begin-post.ts';
import type { SubmitPolicy } from './policy.ts';
import { serveTurn } from './serve-turn.ts';
import { takeTurn, takeTurnOfGiven } from './take-turn.ts';
import type { LaneRun, Turn } from './turn.ts';

/** Lanes that one run works off at once, each of another bucket. */
const PLACES = 4;

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
    while (mayBegin(lanes)) {
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

/** Works off these intents and no others: whoever made them is here, and they may be due nowhere else for long. */
export async function workOffGiven(run: Run, ids: readonly string[], policy: SubmitPolicy): Promise<void> {
  const lanes = beginLaneRun(run, policy);
  let left = ids;
  while (left.length > 0 && mayBegin(lanes)) {
    const given = left;
    const { turn, others } = await run.store.transaction((sql) => takeTurnOfGiven(sql, policy, given));
    left = others;
    if (turn) await serveTurn(lanes, turn);
  }
}

function beginLaneRun(run: Run, policy: SubmitPolicy): LaneRun {
  const now = run.clock.now();
  // Submissions that hang leave the other half to what comes after them.
  const untilMs = Math.min(now + (run.deadlineMs - now) / 2, run.deadlineMs - POST_MS);
  return { run, policy, untilMs, isOutOfTime: false };
}

function mayBegin({ run, untilMs, isOutOfTime }: LaneRun): boolean {
  return run.clock.now() < untilMs && !isOutOfTime;
}
