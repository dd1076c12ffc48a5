import type { CiError } from '../ci/ci-error.ts';
import type { Log } from '../log.ts';
import { askCi, isOutOfTime } from '../throttle/ask-ci.ts';
import { type Lane, noteFailure } from '../throttle/lanes.ts';
import type { FreeSlot } from '../throttle/rate.ts';
import { databaseNowMs, type Run } from '../throttle/run.ts';
import { errorDelayMs } from '../throttle/schedule.ts';
import { beginPost } from './begin-post.ts';
import type { Brake } from './brake.ts';
import type { IntentRow } from './intent.ts';
import { postLater, settleRefused } from './intents/after-post.ts';
import { type Posted, postIntent } from './post-intent.ts';
import { type LaneRun, POST_MS, type Step, type Turn } from './turn.ts';

/** CI's words for a queue or a rate that is full: another submission would fare no better. */
const WANTS_PATIENCE = new Set(['SlowDown', 'QueueSaturated', 'QueuePaused']);

const REFUSED = 'a submission was refused for what it asks for: it is not tried again';
const FAILED = {
  'not-taken': 'a submission was not taken: it is posted again later',
  unknown: 'nobody knows whether a submission was taken: its job is looked for before it is posted again',
};

/** Posts one intent of a turn, unless something keeps it or its whole lane from being posted now. */
export async function postOne(lanes: LaneRun, turn: Turn, intent: IntentRow): Promise<Step> {
  const { run, policy } = lanes;
  const { store, log } = run;
  const untilMs = run.clock.now() + POST_MS;
  const decision = await store.transaction((sql) => beginPost(sql, intent, turn, policy));
  if (decision.outcome === 'braked') {
    logBrake(log, decision.brake);
    return 'put-off';
  }
  if (decision.outcome === 'paused') return 'put-off';
  turn.left.delete(intent.id);
  if (decision.outcome !== 'posting') return 'not-asked';
  return await postBegun(run, turn.lane, { intent, posting: decision.intent, untilMs });
}

/** An intent whose POST was begun. */
export interface BegunPost {
  /** as it was */
  readonly intent: IntentRow;
  readonly posting: IntentRow;
  /** unix milliseconds by our clock, earlier than the database says that it may be under way */
  readonly untilMs: number;
  readonly slot?: FreeSlot | undefined;
}

/** Posts an intent of a lane, and writes down what comes of it. */
export async function postBegun(
  run: Run,
  lane: Lane,
  { intent, posting, untilMs, slot }: BegunPost,
): Promise<Step> {
  const { store } = run;
  const ask = { ...run, deadlineMs: Math.min(run.deadlineMs, untilMs) };
  const poster = { store, ci: run.ci, nowMs: () => databaseNowMs(run) };
  const bucket = { name: intent.bucket, region: intent.region };
  const { answer: posted } = await askCi(ask, bucket, (call) => postIntent(poster, posting, call), { slot });
  if (posted.outcome === 'submitted') {
    run.tally.changed += posted.jobs.length;
    return 'answered';
  }
  const { error } = posted;
  if (isOutOfTime(ask, error)) {
    await store.transaction((sql) => postLater(sql, posting, error, { place: intent.next_try_at }));
    return 'out-of-time';
  }
  return await noteFailed(run, lane, intent, posting, posted);
}

/** @param posting the intent as it was posted */
async function noteFailed(
  { store, clock, log, tally }: Run,
  lane: Lane,
  intent: IntentRow,
  posting: IntentRow,
  { outcome, error }: Exclude<Posted, { outcome: 'submitted' }>,
): Promise<Step> {
  tally.errors += 1;
  const isRefused = outcome === 'not-taken' && error.kind === 'invalid';
  log.warn(isRefused ? REFUSED : FAILED[outcome], {
    code: error.code,
    intent: intent.id,
    rule: intent.rule,
    reason: error.message,
  });
  if (isRefused) {
    // Rights and set-ups are put right by somebody; only what the request itself says stays wrong.
    await store.transaction((sql) => settleRefused(sql, posting, error));
    return 'answered';
  }
  const patience = wantsPatience(error);
  const random = clock.random();
  const isPutOff = await store.transaction(async (sql) => {
    // The lane as a whole waits for CI's patience: within it the intent keeps its place.
    const next = patience
      ? { place: intent.next_try_at }
      : { delayMs: errorDelayMs(intent.tries + 1, random) };
    if (outcome === 'not-taken') await postLater(sql, posting, error, next);
    const { reason, retryAfterMs } = error;
    return await noteFailure(sql, lane, { about: intent.id, reason, patience, retryAfterMs }, random);
  });
  return isPutOff ? 'put-off' : 'failed';
}

function logBrake(log: Log, { rule, maxJobsPerHour, seconds, isNews }: Brake): void {
  if (isNews)
    log.error('a rule has submitted as many jobs in an hour as it may: its others wait, none is lost', {
      code: 'Brake',
      rule,
      maxJobsPerHour,
      nextInSeconds: Math.ceil(seconds),
    });
}

function wantsPatience(error: CiError): boolean {
  return error.retryAfterMs !== undefined || WANTS_PATIENCE.has(error.code);
}
