import { cutText } from '../ci/cut-text.ts';

/**
 * SQLSTATE classes with which PostgreSQL refuses a value and not a statement: data exceptions (22), constraints (23),
 * and limits of the program, such as an index row that is too long (54).
 */
const REFUSED_VALUE = /^(22|23|54)/;

/** Why the database, or what prepares a value for it, will never take it; undefined for every other error. */
function refusalOf(error: unknown): string | undefined {
  // A time that is none has no ISO form.
  if (error instanceof RangeError) return `RangeError: ${error.message}`;
  if (!(error instanceof Error && 'code' in error)) return undefined;
  return REFUSED_VALUE.test(String(error.code)) ? `${error.code}: ${error.message}` : undefined;
}

/**
 * Writes rows together, so that one of them cannot keep its neighbours from being written: when the database refuses
 * their statement because of a value, it is split until the row is found, which is put off with the reason. Every other
 * error is thrown.
 * @param write in a transaction of its own, for all of these rows or none
 */
export async function writeTogether<Row, Result>(
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<Result>,
  putOff: (row: Row, reason: string) => Promise<unknown>,
): Promise<Result[]> {
  const [first] = rows;
  if (first === undefined) return [];
  try {
    return [await write(rows)];
  } catch (error) {
    const reason = refusalOf(error);
    if (reason === undefined) throw error;
    if (rows.length === 1) {
      await putOff(first, cutText(`the store refuses what it was told: ${reason}`));
      return [];
    }
    const half = Math.ceil(rows.length / 2);
    const before = await writeTogether(rows.slice(0, half), write, putOff);
    return [...before, ...(await writeTogether(rows.slice(half), write, putOff))];
  }
}
