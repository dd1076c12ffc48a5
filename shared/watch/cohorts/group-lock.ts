import { prepared } from '../../store/prepared.ts';
import type { Sql } from '../../store/store.ts';
import { type Group, groupKey } from './cohort.ts';

/**
 * A transaction that moves a boundary of a group, or removes its last row, has the group to itself; those that add watches
 * share it (`lockGroupsShared`). What follows in the transaction is a statement of its own, and sees what was committed
 * before. Rows of watches are locked before this, rows of cohorts after it.
 */
export async function lockGroup(sql: Sql, group: Group): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${groupKey(group)}, 0))`;
}

export async function lockGroupsShared(sql: Sql, groups: readonly Group[]): Promise<void> {
  const keys = groups.map(groupKey).sort();
  await prepared(sql`
    select pg_advisory_xact_lock_shared(hashtextextended(key, 0))
    from json_array_elements_text(${JSON.stringify(keys)}::text::json) as key`);
}
