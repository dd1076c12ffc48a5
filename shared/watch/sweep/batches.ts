import { chunksOf } from '../../ci/chunks-of.ts';

/** Rows that one statement writes: a whole group at once would take longer than a statement may. */
const BATCH_ROWS = 500;

export function batchesOf<T>(rows: readonly T[]): T[][] {
  return chunksOf(rows, BATCH_ROWS);
}
