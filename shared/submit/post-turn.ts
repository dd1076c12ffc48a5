import type { CiError } from '../ci/ci-error.ts';
import { LEASE_SECONDS } from '../sweep/claim/lease.ts';
import { askCi, isOutOfTime } from '../throttle/ask-ci.ts';
import { giveProbeBack, noteAnswered, noteFailure } from '../throttle/lanes.ts';
import { databaseNowMs } from '../throttle/run.ts';
import { errorDelayMs } from '../throttle/schedule.ts';
import { beginPost, POST_MS } from './begin-post.ts';
import type { IntentRow } from './intent.ts';
import type { LaneRun } from './lane-run.ts';
import { postIntent } from './post-intent.ts';
import { postLater, settleRefused } from './settle-intent.ts';
import type { Turn } from './take-turn.ts';

/** CI's words for a queue or a rate that is full: another submission would fare no better. */
const WANTS_PATIENCE = new Set(['SlowDown', 'QueueSaturated', 'QueuePaused']);

/** What came of one intent of a turn. */
type Step =
  | 'answered'
  /** CI was not asked about it */
  | 'not-asked'
  /** it came to nothing, which puts nobody off yet */
  | 'failed'
  /** the rate has no turn for us: the others are left */
  | 'no-turn'
  /** its lane is put off: so are they */
  | 'stop';

/** Posts the intents of a turn one after the other. `begun` hears of each that needs not be given back. */
export async function postTurn(lanes: LaneRun, turn: Turn, begun: (id: string) => void): Promise<void> {
  const { run } = lanes;
  // The lease must outlast the last POST.
  const untilMs = Math.min(lanes.untilMs, run.clock.now() + LEASE_SECONDS * 1000 - POST_MS);
  let asked = false;
  let isNews = turn.entry !== 'open';
  for (const intent of turn.intents) {
    if (run.clock.now() >= untilMs) break;
    const step = await post(lanes, turn, intent, begun);
    if (step === 'no-turn') break;
    if (step === 'stop') return;
    asked ||= step !== 'not-asked';
    isNews ||= step === 'failed';
    if (step === 'answered' && isNews) {
      isNews = false;
      await run.store.transaction((sql) => noteAnswered(sql, turn.lane));
    }
  }
  if (turn.entry === 'probe' && !asked) await run.store.transaction((sql) => giveProbeBack(sql, turn.lane));
}

async function post(
  lanes: LaneRun,
  { lane, token }: Turn,
  intent: IntentRow,
  begun: (id: string) => void,
): Promise<Step> {
  const { run, options } = lanes;
  const { store, log } = run;
  const { settleSeconds, rules } = options;
  const rule = rules.find(({ name }) => name === intent.rule);
  const ask = { ...run, deadlineMs: Math.min(run.deadlineMs, run.clock.now() + POST_MS) };
  const begin = await store.transaction((sql) =>
    beginPost(sql, intent, { lane, token, rule, settleSeconds, log }),
  );
  if (begin.begun === 'braked') return 'stop';
  begun(intent.id);
  if (begin.begun !== 'posting') return 'not-asked';
  const poster = { store, ci: run.ci, nowMs: () => databaseNowMs(run) };
  const bucket = { name: intent.bucket, region: intent.region };
  const { answer: posted } = await askCi(ask, bucket, (call) => postIntent(poster, begin.intent, call));
  if (posted.outcome === 'submitted') {
    run.tally.changed += posted.jobs.length;
    return 'answered';
  }
  const { error } = posted;
  if (isOutOfTime(ask, error)) {
    await store.transaction((sql) => postLater(sql, begin.intent, error, { place: intent.next_try_at }));
    lanes.isOutOfTurns = true;
    return 'no-turn';
  }
  run.tally.errors += 1;
  log.warn('a submission failed', { intent: intent.id, code: error.code, reason: error.message });
  if (posted.outcome === 'not-taken' && error.kind === 'invalid') {
    // Rights and set-ups are put right by somebody; only what the request itself says stays wrong.
    await store.transaction((sql) => settleRefused(sql, begin.intent, error));
    return 'answered';
  }
  const patience = wantsPatience(error);
  const random = run.clock.random();
  const isPutOff = await store.transaction(async (sql) => {
    // The lane as a whole waits for CI's patience: within it the intent keeps its place.
    const next = patience
      ? { place: intent.next_try_at }
      : { delayMs: errorDelayMs(intent.tries + 1, random) };
    if (posted.outcome === 'not-taken') await postLater(sql, begin.intent, error, next);
    const { reason, retryAfterMs } = error;
    return await noteFailure(sql, lane, { about: intent.id, reason, patience, retryAfterMs }, random);
  });
  return isPutOff ? 'stop' : 'failed';
}

function wantsPatience(error: CiError): boolean {
  return error.retryAfterMs !== undefined || WANTS_PATIENCE.has(error.code);
}
