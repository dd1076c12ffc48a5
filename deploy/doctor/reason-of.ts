import { errorCode } from '../../shared/ci/error-code.ts';
/** Why something failed, in few words. The code of a network error says more than fetch's "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return errorCode(error) ?? errorCode(error.cause) ?? error.message;
}
