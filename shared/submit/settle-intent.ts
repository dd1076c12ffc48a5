import type { CiError } from '../ci/ci-error.ts';
import type { Job } from '../ci/job.ts';
import type { Sql } from '../store/store.ts';
import { addWatches } from '../watch/add-watches.ts';
import { observeWithin } from '../watch/observe.ts';
import type { IntentRow } from './intent.ts';
import { forgetOutputs, giveUpOutputs } from './output-holds.ts';

/*
 * That CI took an intent is a fact and settles it whenever it is learned. What a POST did not bring about is fenced by
 * its number (`tries`): a process that wakes late says nothing about a POST that is not its own.
 */

/**
 * CI took it: its jobs are watched from now on. Doing this twice changes nothing. What is learned of an intent that was
 * given up meanwhile is watched too, and may write over what a newer version's job wrote.
 */
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
  const [settled] = await sql<{ before: IntentRow['state'] }[]>`
    update intents i set
      state = 'submitted', answer = ${JSON.stringify(jobs)}::text::json, settled_at = jobwatch_now(),
      last_error = '', claim_token = null, claimed_until = null, waits_bucket = null, waits_key = null
    from (select id, state from intents where id = ${id} and settled_at is null for update) as known
    where i.id = known.id
    returning known.state as before`;
  if (settled === undefined || settled.before === 'pending') await markOvertaken(sql, id);
  await forgetOutputs(sql, id);
}

/** It had been given up: a newer version may have been posted to its outputs meanwhile. */
async function markOvertaken(sql: Sql, intentId: string): Promise<void> {
  await sql`
    update watches w set overtaken = true
    from intents i
    where i.id = ${intentId} and w.intent_id = i.id and not w.overtaken
      and (i.state = 'superseded' or exists (
        select 1 from object_versions v
        where v.bucket = i.bucket and v.region = i.region and v.rule = i.rule
          and v.object = i.request->'Input'->>'Object' and v.version > i.version))`;
}

/** CI will never take it as it is, or nobody wants it any more. */
export async function settleRefused(sql: Sql, intent: IntentRow, error: CiError): Promise<void> {
  const refused = await sql`
    update intents set
      state = 'refused', last_error = ${error.reason}, settled_at = jobwatch_now(),
      claim_token = null, claimed_until = null
    where id = ${intent.id} and ${isThisPost(sql, intent)}`;
  if (refused.count > 0) await giveUpOutputs(sql, intent.id);
}

/** CI certainly did not take it, and may later: it is posted again after a while, or when its place in line comes. */
export async function postLater(
  sql: Sql,
  intent: IntentRow,
  error: CiError,
  next: { readonly delayMs: number } | { readonly place: Date },
): Promise<void> {
  const nextTryAt =
    'place' in next
      ? sql`${next.place}::timestamptz`
      : sql`jobwatch_now() + ${next.delayMs}::float8 * interval '1 millisecond'`;
  const freed = await sql`
    update intents set
      -- it was no job: its place under the rule's limit is free again
      state = 'pending', posted_at = null, last_error = ${error.reason},
      claim_token = null, claimed_until = null, post_until = null, next_try_at = ${nextTryAt}
    where id = ${intent.id} and ${isThisPost(sql, intent)}`;
  if (freed.count > 0) await giveUpOutputs(sql, intent.id);
}

/** Nobody knows: the job is looked for at the time that was set before the POST. */
export async function markDoubtful(sql: Sql, intent: IntentRow, error: CiError): Promise<void> {
  await sql`
    update intents set state = 'doubtful', last_error = ${error.reason}, claim_token = null, claimed_until = null
    where id = ${intent.id} and ${isThisPost(sql, intent)}`;
}

function isThisPost(sql: Sql, { tries }: IntentRow) {
  return sql`state = 'posting' and tries = ${tries}`;
}
