import type { Sql, Store } from './store.ts';
import { StoreUnavailable } from './store-unavailable.ts';

/** Rows that one statement touches: a whole group at once would take longer than a statement may. */
export const BATCH_ROWS = 500;

/** How many rows a batch may have. What was found to be small enough stays for the batches that follow. */
export interface BatchSize {
  readonly rows: number;
  /** Halves it if the error is the statement limit. False for any other error, and for a batch of one. */
  halveAfter(error: unknown): boolean;
  /** Tries a few more again, as many as in the beginning at most. */
  grow(more: number): void;
}

export function createBatchSize(most: number): BatchSize {
  let rows = most;
  return {
    get rows() {
      return rows;
    },
    halveAfter(error) {
      if (!metStatementLimit(error) || rows <= 1) return false;
      rows = Math.ceil(rows / 2);
      return true;
    },
    grow(more) {
      rows = Math.min(most, rows + more);
    },
  };
}

/** Whether the work was too much for one statement: less of it may be done. */
export function metStatementLimit(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.isStatementTimeout;
}

/**
 * Does the work for at most so many rows. When it meets the statement limit it is done for half as many, down to one.
 * The limit undoes the transaction: `work` begins one of its own each time.
 * @param hasTime asked before another try
 */
export async function inHalves<T>(
  size: BatchSize,
  work: (rows: number) => Promise<T>,
  hasTime: () => boolean = () => true,
): Promise<T> {
  for (;;) {
    try {
      return await work(size.rows);
    } catch (error) {
      if (!size.halveAfter(error) || !hasTime()) throw error;
    }
  }
}

/**
 * Does the work for so many rows at a time until there are fewer, or no time is left.
 * @param work in a transaction of its own; resolves with the rows that it found
 */
export async function untilFewer(
  most: number,
  work: (rows: number) => Promise<number>,
  hasTime: () => boolean = () => true,
): Promise<void> {
  const size = createBatchSize(most);
  for (let isDone = false; !isDone && hasTime(); ) {
    isDone = await inHalves(size, async (rows) => (await work(rows)) < rows, hasTime);
  }
}

/** Does the work for all items, `most` at a time, or fewer where that is too much for one statement. */
export async function inBatches<T, R>(
  items: readonly T[],
  most: number,
  work: (batch: readonly T[]) => Promise<R>,
  hasTime?: () => boolean,
): Promise<R[]> {
  const size = createBatchSize(Math.min(most, items.length));
  const results: R[] = [];
  for (let from = 0; from < items.length; ) {
    const begin = from;
    const some = async (rows: number) => {
      const batch = items.slice(begin, begin + rows);
      results.push(await work(batch));
      return batch.length;
    };
    from += await inHalves(size, some, hasTime);
  }
  return results;
}

/** The same with a transaction for each batch, of `BATCH_ROWS` at most. */
export function inTransactions<T, R>(
  store: Store,
  items: readonly T[],
  work: (sql: Sql, batch: readonly T[]) => Promise<R>,
): Promise<R[]> {
  return inBatches(items, BATCH_ROWS, (batch) => store.transaction((sql) => work(sql, batch)));
}
