import type { Sql, Store } from '../watch/store.ts';
import { intendLater } from './intend.ts';
import type { IntentRow } from './intent.ts';
import type { Rule } from './rules/rule.ts';

const BATCH = 50;
/** A failure is decided about by the next sweeps or not at all. */
const RETRY_WITHIN_SECONDS = 3600;

interface FailedWatch {
  job_id: string;
  intent: Pick<IntentRow, 'bucket' | 'region' | 'request' | 'attempt' | 'source'> | null;
}

/**
 * Submits again what failed with a code that its rule takes for passing, until its attempts are used up. Each failed
 * job is decided about once.
 */
export async function retryFailed(store: Store, rules: readonly Rule[]): Promise<void> {
  for (const { name, retries, paused } of rules) {
    if (retries && !paused) await store.transaction((sql) => retry(sql, name, retries));
  }
}

async function retry(
  sql: Sql,
  rule: string,
  { codes, attempts }: NonNullable<Rule['retries']>,
): Promise<void> {
  const failed = await sql<FailedWatch[]>`
    with failed as (
      select job_id, intent_id from watches
      where rule = ${rule} and outcome = 'Failed' and retried_at is null and job->>'Code' = any(${[...codes]})
        -- what failed before the rule said so stays as it is
        and ended_at > jobwatch_now() - ${RETRY_WITHIN_SECONDS} * interval '1 second'
      order by ended_at
      limit ${BATCH}
      for update skip locked
    ), decided as (
      update watches w set retried_at = jobwatch_now() from failed where w.job_id = failed.job_id
    )
    select f.job_id, to_json(i) as intent from failed f left join intents i on i.id = f.intent_id`;
  for (const { intent } of failed) {
    if (intent === null || intent.attempt > attempts) continue;
    await intendLater(sql, {
      bucket: { name: intent.bucket, region: intent.region },
      request: { ...intent.request, Operation: intent.request.Operation.map(withoutUserData) },
      source: intent.source,
      rule,
      attempt: intent.attempt + 1,
    });
  }
}

/** A rule writes no UserData: what stands there is the key of the first try. */
function withoutUserData<T extends { UserData?: unknown }>({
  UserData: _,
  ...operation
}: T): Omit<T, 'UserData'> {
  return operation;
}
