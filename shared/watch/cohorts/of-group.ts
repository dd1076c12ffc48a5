import type { Fragment, Sql } from '../../store/store.ts';
import type { Group } from './cohort.ts';
import { seconds } from './rows.ts';

/** The condition that `watch_cohorts c` is of the group. */
export function isOfGroup(sql: Sql, { bucket, region, tag, queue_id }: Group): Fragment {
  return sql`(c.bucket, c.region, c.tag, c.queue_id) = (${bucket}, ${region}, ${tag}, ${queue_id})`;
}

/** The condition that an open watch of `watches w` stands with a cohort of the group. */
export function isMember(sql: Sql, { bucket, region, tag, queue_id }: Group): Fragment {
  return sql`w.outcome = '' and w.apart_at is null
    and (w.bucket, w.region, w.tag, w.queue_id) = (${bucket}, ${region}, ${tag}, ${queue_id})`;
}

/** A column of the cohort `c` that `watches w` lies in: the one of its group that began last when its job was created. */
export function ofItsCohort(sql: Sql, column: Fragment): Fragment {
  return sql`(
    select ${column} from watch_cohorts c
    where (c.bucket, c.region, c.tag, c.queue_id) = (w.bucket, w.region, w.tag, w.queue_id)
      and c.starts_at <= w.job_created_at
    order by c.starts_at desc limit 1)`;
}

/** Starts of cohorts, as a subquery. */
export function startTimes(sql: Sql, starts: readonly number[]): Fragment {
  return sql`
    select to_timestamp(start::float8)
    from json_array_elements_text(${JSON.stringify(starts.map(seconds))}::text::json) as start`;
}
