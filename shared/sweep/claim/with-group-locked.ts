import { metStatementLimit } from '../../store/in-batches.ts';
import type { Sql } from '../../store/store.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { lockGroup } from '../../watch/cohorts/group-lock.ts';
import type { Hold } from '../hold.ts';

/**
 * Moves boundaries of a group in a transaction that has the group to itself. Somebody may keep the group locked: a
 * function that was frozen while it added a watch. Then the group stays due as it was, and no other one waits for it.
 * Resolves with undefined then; a statement limit that `move` meets is thrown.
 */
export async function withGroupLocked<T>(
  { run }: Hold,
  group: Group,
  move: (sql: Sql) => Promise<T>,
): Promise<T | undefined> {
  let isLocked = false;
  try {
    return await run.store.transaction(async (sql) => {
      await lockGroup(sql, group);
      isLocked = true;
      return await move(sql);
    });
  } catch (error) {
    if (isLocked || !metStatementLimit(error)) throw error;
    run.log.warn('a group is locked by somebody else: it stays due', { code: 'GroupLocked', ...group });
    return undefined;
  }
}
