import type { CiError } from '../ci/ci-error.ts';
import type { Job } from '../ci/job.ts';
import { addWatches } from '../watch/add-watches.ts';
import { observeWithin } from '../watch/observe.ts';
import { errorDelayMs } from '../watch/schedule.ts';
import type { Sql } from '../watch/store.ts';
import type { IntentRow } from './intent.ts';

/*
 * That CI took an intent is a fact and settles it whenever it is learned. What a POST did not bring about is fenced by
 * its number (`tries`): a process that wakes late says nothing about a POST that is not its own.
 */

/** CI took it: its jobs are watched from now on. Doing this twice changes nothing. */
export async function settleSubmitted(
  sql: Sql,
  intent: IntentRow,
  jobs: readonly Job[],
  sentAtMs: number,
): Promise<void> {
  const { id, bucket, region, source, rule } = intent;
  await addWatches(
    sql,
    jobs.map((job) => ({ jobId: job.JobId, bucket, region, source, rule, intentId: id, job })),
  );
  await observeWithin(
    sql,
    jobs.map((job) => ({ job, sentAtMs, source })),
  );
  await sql`
    update intents set
      state = 'submitted', answer = ${JSON.stringify(jobs)}::text::json, settled_at = jobwatch_now(),
      last_error = '', claim_token = null, claimed_until = null
    where id = ${id} and settled_at is null`;
}

/** CI will never take it as it is, or nobody wants it any more. */
export async function settleRefused(sql: Sql, intent: IntentRow, error: CiError): Promise<void> {
  await sql`
    update intents set
      state = 'refused', last_error = ${error.reason}, settled_at = jobwatch_now(),
      claim_token = null, claimed_until = null
    where id = ${intent.id} and state = 'posting' and tries = ${intent.tries}`;
}

/** CI certainly did not take it, and may later: it is posted again after a while. */
export async function postLater(sql: Sql, intent: IntentRow, error: CiError, random: number): Promise<void> {
  const delayMs = Math.max(errorDelayMs(intent.tries, random), error.retryAfterMs ?? 0);
  await sql`
    update intents set
      -- it was no job: its place under the rule's limit is free again
      state = 'pending', posted_at = null, last_error = ${error.reason},
      claim_token = null, claimed_until = null,
      next_try_at = jobwatch_now() + ${delayMs}::float8 * interval '1 millisecond'
    where id = ${intent.id} and state = 'posting' and tries = ${intent.tries}`;
}

/** Nobody knows: the job is looked for at the time that was set before the POST. */
export async function doubt(sql: Sql, intent: IntentRow, error: CiError): Promise<void> {
  await sql`
    update intents set state = 'doubtful', last_error = ${error.reason}, claim_token = null, claimed_until = null
    where id = ${intent.id} and state = 'posting' and tries = ${intent.tries}`;
}
