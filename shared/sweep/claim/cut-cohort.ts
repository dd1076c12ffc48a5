import type { Sql } from '../../store/store.ts';
import { lockGroup } from '../../watch/cohorts/group-lock.ts';
import { isOf } from '../../watch/cohorts/of-group.ts';
import { type StoredCohort, seconds } from '../../watch/cohorts/rows.ts';
import { holds } from './lease.ts';

/** Cuts off what a cohort holds beyond what a sweep takes at a time: it stays due, for whoever comes. */
export async function cutCohort(
  sql: Sql,
  token: string,
  cohort: StoredCohort,
  restMs: number,
): Promise<boolean> {
  const { group, startMs, dueMs } = cohort;
  await lockGroup(sql, group);
  if (!(await holds(sql, token, group, [cohort]))) return false;
  await sql`
    insert into watch_cohorts (bucket, region, tag, queue_id, starts_at, next_check_at)
    select bucket, region, tag, queue_id, to_timestamp(${restMs / 1000}::float8), to_timestamp(${dueMs / 1000}::float8)
    from watch_cohorts c where ${isOf(sql, group)} and c.starts_at = to_timestamp(${seconds(startMs)}::float8)
    on conflict do nothing`;
  return true;
}
