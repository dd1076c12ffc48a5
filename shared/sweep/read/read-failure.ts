import type { CiError } from '../../ci/ci-error.ts';

/** Our rights, our clock or our bucket: no other request about this kind would fare better. */
export function isRefusedForAll(error: CiError): boolean {
  return error.kind === 'denied' || error.kind === 'not-set-up' || error.kind === 'clock';
}

/**
 * One id that CI cannot take, or one job that it cannot write down, spoils the answer for all others. Nonsense that is
 * no success comes from something between us and spoils every answer.
 */
export function isSpoiled(error: CiError): boolean {
  return error.kind === 'invalid' || (error.kind === 'bad-answer' && error.status === 200);
}

/** CI wants everybody to wait: no id is at fault. */
export function wantsPatience(error: CiError): boolean {
  return error.code === 'SlowDown' || error.retryAfterMs !== undefined;
}
