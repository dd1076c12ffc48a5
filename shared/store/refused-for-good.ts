import { errorCode } from '../ci/error-code.ts';

/**
 * SQLSTATE of what PostgreSQL refuses whenever it is asked: a value that it has no form for (22), and one that is too
 * large for it (54).
 */
const ABOUT_VALUES = /^(22|54)/;

/** Why PostgreSQL would refuse the same again; undefined for any other error. */
export function refusedForGood(error: unknown): string | undefined {
  if (!(error instanceof Error) || !ABOUT_VALUES.test(errorCode(error) ?? '')) return undefined;
  return error.message;
}
