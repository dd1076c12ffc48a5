import type { Job } from '../ci/job.ts';
import type { Rule } from '../rules/rule.ts';
import type { Sql, Store } from '../store/store.ts';
import { getIntent } from '../submit/intents/get.ts';
import { decideEach } from './decide-each.ts';
import { intendAgain } from './intend-again.ts';
import { requestOfOne } from './request-of-job.ts';

/** A failure is decided about by the next sweeps or not at all. */
export const RETRY_WITHIN_SECONDS = 3600;

/**
 * Submits again what failed with a code that its rule takes for passing, until its attempts are used up. Each failed
 * job is decided about once.
 */
export async function retryFailed(store: Store, rules: readonly Rule[]): Promise<void> {
  for (const { name, retries, paused } of rules) {
    if (retries && !paused) await decideEach(store, (sql) => retryOne(sql, name, retries));
  }
}

async function retryOne(
  sql: Sql,
  rule: string,
  { codes, attempts }: NonNullable<Rule['retries']>,
): Promise<boolean> {
  const [failed] = await sql<
    { job_id: string; intent_id: string | null; rendition: string; job: Job | null }[]
  >`
    with failed as (
      select job_id from watches
      where rule = ${rule} and outcome = 'Failed' and retried_at is null and job->>'Code' = any(${[...codes]})
        -- what failed before the rule said so stays as it is
        and ended_at > jobwatch_now() - ${RETRY_WITHIN_SECONDS} * interval '1 second'
      order by ended_at
      limit 1
      for update skip locked
    )
    update watches w set retried_at = jobwatch_now() from failed where w.job_id = failed.job_id
    returning w.job_id, w.intent_id, w.rendition, w.job`;
  if (failed === undefined) return false;
  const intent = await getIntent(sql, failed.intent_id);
  if (intent === undefined || intent.attempt > attempts) return true;
  // Of several renditions the one that failed.
  const request = requestOfOne(intent, failed.job_id, failed.job);
  if (request === undefined) return true;
  const again = await intendAgain(
    sql,
    { ...intent, request },
    {
      attempt: intent.attempt + 1,
      retryOf: failed.job_id,
      ...(intent.request.Operation.length > 1 ? { renditions: [failed.rendition] } : {}),
    },
  );
  await sql`update watches set retried_as = ${again} where job_id = ${failed.job_id}`;
  return true;
}
