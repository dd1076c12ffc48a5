import type { Sql } from '../../store/store.ts';
import { type StoredCohort, seconds } from '../../watch/cohorts/rows.ts';
import { isHeld } from '../claim/lease.ts';

/** Puts cohorts off that could not be read, with the reason. */
export async function postponeCohorts(
  sql: Sql,
  token: string,
  cohorts: readonly { readonly cohort: StoredCohort; readonly delayMs: number }[],
  error: string,
): Promise<void> {
  const rows = cohorts.map(({ cohort, delayMs }) => ({
    ...cohort.group,
    start: seconds(cohort.startMs),
    delayMs,
  }));
  await sql`
    with held as (
      select c.bucket, c.region, c.tag, c.queue_id, c.starts_at, n."delayMs" as delay_ms
      from watch_cohorts c join json_to_recordset(${JSON.stringify(rows)}::text::json) as n
        (bucket text, region text, tag text, queue_id text, start float8, "delayMs" float8)
        on (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
          = (n.bucket, n.region, n.tag, n.queue_id, to_timestamp(n.start))
      where c.lease_token = ${token}
      -- as coverGroups locks them
      order by c.bucket, c.region, c.tag, c.queue_id, c.starts_at
      for update of c
    )
    update watch_cohorts c set
      errors = c.errors + 1, last_error = ${error},
      next_check_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
      lease_token = null, leased_until = null
    from held where ${isHeld(sql)}`;
}
