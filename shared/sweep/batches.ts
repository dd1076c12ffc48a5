import { inBatches } from '../store/in-batches.ts';
import type { Sql } from '../store/store.ts';
import type { Run } from '../throttle/run.ts';

/** Rows that one statement of a sweep touches: a whole group at once would take longer than a statement may. */
export const BATCH_ROWS = 500;

/** Does the work for all items, a batch in each transaction; fewer where a batch is too much for one statement. */
export function inTransactions<T, R>(
  { store }: Pick<Run, 'store'>,
  items: readonly T[],
  work: (sql: Sql, batch: readonly T[]) => Promise<R>,
): Promise<R[]> {
  return inBatches(items, BATCH_ROWS, (batch) => store.transaction((sql) => work(sql, batch)));
}
