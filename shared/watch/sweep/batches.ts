/** Rows that one statement writes: a whole group at once would take longer than a statement may. */
const BATCH_ROWS = 500;

export function batchesOf<T>(rows: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / BATCH_ROWS) }, (_, index) =>
    rows.slice(index * BATCH_ROWS, (index + 1) * BATCH_ROWS),
  );
}
