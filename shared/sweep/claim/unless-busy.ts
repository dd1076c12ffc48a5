import { metStatementLimit } from '../../store/in-batches.ts';
import type { Sql } from '../../store/store.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import type { Hold } from '../hold.ts';

/**
 * Moves boundaries of a group, for which somebody may keep it locked: a function that was frozen while it added a watch.
 * Then the group stays due as it was, and no other one waits for it. Resolves with undefined then.
 */
export async function unlessBusy<T>(
  { run }: Hold,
  group: Group,
  move: (sql: Sql) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await run.store.transaction(move);
  } catch (error) {
    if (!metStatementLimit(error)) throw error;
    run.log.warn('a group is locked by somebody else: it stays due', { code: 'GroupLocked', ...group });
    return undefined;
  }
}
