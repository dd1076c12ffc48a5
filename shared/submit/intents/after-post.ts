import type { CiError } from '../../ci/ci-error.ts';
import type { Sql } from '../../store/store.ts';
import type { IntentRow } from '../intent.ts';
import { giveBackOutputs } from '../outputs/give-back.ts';

/*
 * What becomes of an intent whose POST brought no job. Each is fenced by the number of the POST (`tries`): a process
 * that wakes late says nothing about a POST that is not its own.
 */

/** CI will never take it as it is, or nobody wants it any more. */
export async function settleRefused(sql: Sql, intent: IntentRow, error: CiError): Promise<void> {
  const refused = await sql`
    update intents set
      state = 'refused', last_error = ${error.reason}, settled_at = jobwatch_now(),
      claim_token = null, claimed_until = null
    where id = ${intent.id} and ${isThisPost(sql, intent)}`;
  if (refused.count > 0) await giveBackOutputs(sql, intent.id);
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
  const postponed = await sql`
    update intents set
      -- it was no job: its place under the rule's limit is free again
      state = 'pending', posted_at = null, last_error = ${error.reason},
      claim_token = null, claimed_until = null, post_until = null, next_try_at = ${nextTryAt}
    where id = ${intent.id} and ${isThisPost(sql, intent)}`;
  if (postponed.count > 0) await giveBackOutputs(sql, intent.id);
}

/** Nobody knows whether CI took it: its job is looked for at the time that was set before the POST. */
export async function markDoubtful(sql: Sql, intent: IntentRow, error: CiError): Promise<void> {
  await sql`
    update intents set state = 'doubtful', last_error = ${error.reason}, claim_token = null, claimed_until = null
    where id = ${intent.id} and ${isThisPost(sql, intent)}`;
}

function isThisPost(sql: Sql, { tries }: IntentRow) {
  return sql`state = 'posting' and tries = ${tries}`;
}
