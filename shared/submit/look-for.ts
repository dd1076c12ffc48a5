import { CiError } from '../ci/ci-error.ts';
import type { Sql } from '../store/store.ts';
import { LEASE_SECONDS } from '../sweep/claim/lease.ts';
import { isOutOfTime } from '../throttle/ask-ci.ts';
import { callLane, giveProbeBack, noteAnswered, noteFailure } from '../throttle/lanes.ts';
import { errorDelayMs } from '../throttle/schedule.ts';
import { POST_MS } from './begin-post.ts';
import { type Found, findSubmitted } from './find-submitted.ts';
import type { IntentRow } from './intent.ts';
import type { LaneRun } from './lane-run.ts';
import { giveUpOutputs } from './output-holds.ts';
import { settleSubmitted } from './settle-intent.ts';
import { isOutdated, settleSuperseded } from './supersede.ts';
import type { Turn } from './take-turn.ts';

/** A job that was not found is looked for once more before it is submitted again. */
const LOOKS = 2;
const SECOND_LOOK_SECONDS = 30;

/** Looks for the jobs of submissions that nobody knows the outcome of, one submission after the other. */
export async function lookForTurn(lanes: LaneRun, turn: Turn, begun: (id: string) => void): Promise<void> {
  const { run } = lanes;
  const untilMs = Math.min(lanes.untilMs, run.clock.now() + LEASE_SECONDS * 1000 - POST_MS);
  let isNews = turn.entry !== 'open';
  for (const intent of turn.intents) {
    if (run.clock.now() >= untilMs) break;
    const error = await look(lanes, intent, turn.token, begun);
    if (error === undefined) {
      if (isNews) await run.store.transaction((sql) => noteAnswered(sql, turn.lane));
      isNews = false;
      continue;
    }
    if (lanes.isOutOfTurns) break;
    const { reason, retryAfterMs } = error;
    const failure = { about: intent.id, reason, retryAfterMs };
    const isPutOff = await run.store.transaction((sql) =>
      noteFailure(sql, turn.lane, failure, run.clock.random()),
    );
    if (isPutOff) return;
    isNews = true;
  }
  // A probe is one question: unless it was answered, none was asked.
  if (turn.entry === 'probe' && isNews) await run.store.transaction((sql) => giveProbeBack(sql, turn.lane));
}

async function look(
  lanes: LaneRun,
  intent: IntentRow,
  token: string,
  begun: (id: string) => void,
): Promise<CiError | undefined> {
  const { run } = lanes;
  const ask = { ...run, deadlineMs: Math.min(run.deadlineMs, run.clock.now() + POST_MS) };
  let found: Found;
  try {
    found = await findSubmitted(ask, intent);
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    if (isOutOfTime(ask, error)) {
      lanes.isOutOfTurns = true;
      return error;
    }
    begun(intent.id);
    run.tally.errors += 1;
    run.log.warn('a submission in doubt could not be looked for', {
      intent: intent.id,
      code: error.code,
      reason: error.message,
    });
    await run.store.transaction((sql) => lookLater(sql, intent, token, error, run.clock.random()));
    return error;
  }
  begun(intent.id);
  const { jobs, sentAtMs } = found;
  const looks = intent.looks + 1;
  const isComplete = jobs.length === intent.request.Operation.length;
  if (isComplete || (jobs.length > 0 && looks >= LOOKS)) {
    await run.store.transaction((sql) => settleSubmitted(sql, intent, jobs, sentAtMs));
    run.tally.changed += jobs.length;
    return undefined;
  }
  await run.store.transaction((sql) => notFound(sql, intent, token, looks));
  return undefined;
}

/** Looked for in vain: once more, and then it is certain that CI did not take it. */
async function notFound(sql: Sql, intent: IntentRow, token: string, looks: number): Promise<void> {
  const isCertain = looks >= LOOKS;
  if (isCertain && (await isOutdated(sql, intent))) {
    await settleSuperseded(sql, intent, token);
    return;
  }
  const noted = await sql`
    update intents set
      state = ${isCertain ? 'pending' : 'doubtful'}, looks = ${looks},
      -- among those that were never posted it has the place that it had, and it fills none under its rule's limit
      next_try_at = case when ${isCertain} then created_at
        else jobwatch_now() + ${SECOND_LOOK_SECONDS} * interval '1 second' end,
      posted_at = case when not ${isCertain} then posted_at end,
      claim_token = null, claimed_until = null
    where id = ${intent.id} and claim_token = ${token} and settled_at is null`;
  if (!isCertain || noted.count === 0) return;
  await giveUpOutputs(sql, intent.id);
  const { bucket, region, rule } = intent;
  await callLane(sql, { kind: 'submit', bucket, region, rule });
}

async function lookLater(
  sql: Sql,
  intent: IntentRow,
  token: string,
  error: CiError,
  random: number,
): Promise<void> {
  await sql`
    update intents set
      last_error = ${error.reason}, tries = tries + 1,
      next_try_at = jobwatch_now() + ${errorDelayMs(intent.tries, random)}::float8 * interval '1 millisecond',
      claim_token = null, claimed_until = null
    where id = ${intent.id} and claim_token = ${token} and settled_at is null`;
}
