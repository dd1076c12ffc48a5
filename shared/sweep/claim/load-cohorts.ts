import type { Sql } from '../../store/store.ts';
import { isOfGroup } from '../../watch/cohorts/of-group.ts';
import { type StoredCohort, seconds } from '../../watch/cohorts/rows.ts';
import type { Hold } from '../hold.ts';
import { type HeldCohort, toHeld } from './held-cohort.ts';
import { lockHeld } from './lease.ts';
import { loadMembers } from './load-members.ts';
import { withGroupLocked } from './with-group-locked.ts';

/** What one claim holds, with its members. What is more than a sweep takes at a time is cut off and stays due. */
export async function loadCohorts(
  hold: Hold,
  cohorts: readonly StoredCohort[],
  wanted: boolean,
): Promise<HeldCohort[]> {
  const loaded = await loadMembers(hold.run.store, cohorts);
  const result: HeldCohort[] = [];
  for (const [index, cohort] of cohorts.entries()) {
    const { members = [], restMs } = loaded[index] ?? {};
    if (restMs === undefined) {
      result.push(toHeld(cohort, members, wanted));
    } else if (await withGroupLocked(hold, cohort.group, (sql) => cutOff(sql, hold.token, cohort, restMs))) {
      result.push(toHeld({ ...cohort, endMs: restMs, listed: undefined, unlisted: 0 }, members, wanted));
    }
  }
  return result;
}

/**
 * Cuts off what a cohort holds from a moment on: it stays due, for whoever comes. It is one row, whatever it holds, and
 * cannot be halved. False when the cohort is lost.
 */
async function cutOff(sql: Sql, token: string, cohort: StoredCohort, fromMs: number): Promise<boolean> {
  const { group, startMs, dueMs } = cohort;
  if (!(await lockHeld(sql, token, { group, starts: [startMs] }))) return false;
  await sql`
    insert into watch_cohorts (bucket, region, tag, queue_id, starts_at, next_check_at)
    select bucket, region, tag, queue_id, to_timestamp(${fromMs / 1000}::float8), to_timestamp(${dueMs / 1000}::float8)
    from watch_cohorts c where ${isOfGroup(sql, group)} and c.starts_at = to_timestamp(${seconds(startMs)}::float8)
    on conflict do nothing`;
  return true;
}
