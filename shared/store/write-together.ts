import { cutText } from '../ci/cut-text.ts';
import { errorCode } from '../ci/error-code.ts';
import { refusedForGood } from './refused-for-good.ts';

/** SQLSTATE class of constraints, which a row alone may break. */
const CONSTRAINTS = /^23/;

/** Why the database, or what prepares a value for it, will never take a row; undefined for every other error. */
function refusalOf(error: unknown): string | undefined {
  // A time that is none has no ISO form.
  if (error instanceof RangeError) return `RangeError: ${error.message}`;
  if (!(error instanceof Error)) return undefined;
  const code = errorCode(error) ?? '';
  return CONSTRAINTS.test(code) || refusedForGood(error) ? `${code}: ${error.message}` : undefined;
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
      await putOff(first, cutText(`the database refuses this row: ${reason}`));
      return [];
    }
    const half = Math.ceil(rows.length / 2);
    const before = await writeTogether(rows.slice(0, half), write, putOff);
    return [...before, ...(await writeTogether(rows.slice(half), write, putOff))];
  }
}
