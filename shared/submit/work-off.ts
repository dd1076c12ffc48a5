import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { allOf } from '../all-of.ts';
import type { Bucket } from '../ci/bucket.ts';
import type { Run } from '../throttle/run.ts';
import { POST_MS } from './begin-post.ts';
import type { LaneRun, WorkOff } from './lane-run.ts';
import { lookForTurn } from './look-for.ts';
import { postTurn } from './post-turn.ts';
import { giveBackIntents, type Turn, takeOwnTurn, takeTurn } from './take-turn.ts';

/** Lanes that one run works off at once, each of another bucket. */
const PLACES = 4;
/** Intents that a lane has done in one turn, or what a second's rate allows. */
const MOST_A_TURN = 10;

/**
 * Works off the intents that are due, lane by lane: new ones, those in doubt, those that were throttled, those whose
 * process died. A lane that hangs uses one place, until it is put off.
 */
export async function workOff(run: Run, options: WorkOff): Promise<void> {
  const lanes = begin(run, options);
  const busy = new Map<Turn, Bucket>();
  // Whoever takes next must know what was taken before.
  const oneAtATime = pLimit(1);

  /** Nothing was left to take, and nobody has ended a turn since. */
  let isIdle = false;

  async function take(): Promise<Turn | undefined> {
    const turn = isIdle ? undefined : await takeNext(lanes, [...busy.values()]);
    isIdle = turn === undefined;
    if (turn) busy.set(turn, { name: turn.lane.bucket, region: turn.lane.region });
    return turn;
  }

  async function work(): Promise<void> {
    while (mayBegin(lanes)) {
      const turn = await oneAtATime(take);
      if (turn === undefined) return;
      await serve(lanes, turn).finally(() => {
        busy.delete(turn);
        isIdle = false;
      });
    }
  }

  await allOf(Array.from({ length: PLACES }, work));
}

/** Works off these intents before any others: whoever made them is here, and they may be due nowhere else for long. */
export async function workOffOwn(run: Run, ids: readonly string[], options: WorkOff): Promise<void> {
  const lanes = begin(run, options);
  let left = ids;
  while (left.length > 0 && mayBegin(lanes)) {
    const token = randomUUID();
    const most = mostATurn(options);
    const own = left;
    const taken = await run.store.transaction((sql) =>
      takeOwnTurn(sql, { token, most, rules: options.rules }, own),
    );
    left = taken.left;
    if (taken.turn) await serve(lanes, taken.turn);
  }
}

function begin(run: Run, options: WorkOff): LaneRun {
  const now = run.clock.now();
  // Submissions that hang leave the other half to what comes after them.
  const untilMs = Math.min(now + (run.deadlineMs - now) / 2, run.deadlineMs - POST_MS);
  return { run, options, untilMs, isOutOfTurns: false };
}

function mayBegin({ run, untilMs, isOutOfTurns }: LaneRun): boolean {
  return run.clock.now() < untilMs && !isOutOfTurns;
}

function takeNext({ run, options }: LaneRun, busy: readonly Bucket[]): Promise<Turn | undefined> {
  const token = randomUUID();
  const most = mostATurn(options);
  return run.store.transaction((sql) => takeTurn(sql, { token, most, busy, rules: options.rules }));
}

async function serve(lanes: LaneRun, turn: Turn): Promise<void> {
  const left = new Set(turn.intents.map(({ id }) => id));
  try {
    await (turn.lane.kind === 'submit' ? postTurn : lookForTurn)(lanes, turn, (id) => left.delete(id));
  } finally {
    if (left.size > 0)
      await lanes.run.store.transaction((sql) => giveBackIntents(sql, turn.token, [...left]));
  }
}

function mostATurn({ ciMaxRps }: WorkOff): number {
  return Math.max(1, Math.min(MOST_A_TURN, Math.floor(ciMaxRps)));
}
