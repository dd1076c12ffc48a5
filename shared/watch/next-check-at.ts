import type { Sql } from '../store/store.ts';

/** When an open watch of `watches w` is looked at next: its own time when it stands apart, else its cohort's. */
export function nextCheckAt(sql: Sql) {
  return sql`coalesce(case when w.apart_at is not null then greatest(w.apart_at, w.created_at) end, (
    select c.next_check_at from watch_cohorts c
    where (c.bucket, c.region, c.tag, c.queue_id) = (w.bucket, w.region, w.tag, w.queue_id)
      and c.starts_at <= w.job_created_at
    order by c.starts_at desc limit 1), w.next_check_at)`;
}
