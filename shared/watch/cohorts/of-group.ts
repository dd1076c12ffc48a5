import type { Sql } from '../../store/store.ts';
import type { Group } from './cohort.ts';
import { seconds } from './rows.ts';

/** The condition that `watch_cohorts c` is of the group. */
export function isOf(sql: Sql, { bucket, region, tag, queue_id }: Group) {
  return sql`(c.bucket, c.region, c.tag, c.queue_id) = (${bucket}, ${region}, ${tag}, ${queue_id})`;
}

/** The condition that an open watch of `watches w` stands with a cohort of the group. */
export function isMember(sql: Sql, { bucket, region, tag, queue_id }: Group) {
  return sql`w.outcome = '' and w.apart_at is null
    and (w.bucket, w.region, w.tag, w.queue_id) = (${bucket}, ${region}, ${tag}, ${queue_id})`;
}

/** Starts of cohorts, as a subquery. */
export function times(sql: Sql, starts: readonly number[]) {
  return sql`
    select to_timestamp(start::float8)
    from json_array_elements_text(${JSON.stringify(starts.map(seconds))}::text::json) as start`;
}
