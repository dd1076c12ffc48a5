/** Rows that one statement of a sweep touches: a whole group at once would take longer than a statement may. */
export const BATCH_ROWS = 500;
