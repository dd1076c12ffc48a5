import type { CiError } from '../../ci/ci-error.ts';

/** Our rights, our clock or our bucket: no other request about this kind would fare better. */
export function isRefusedForAll(error: CiError): boolean {
  return error.kind === 'denied' || error.kind === 'not-set-up' || error.kind === 'clock';
}

/**
 * One id that CI cannot take, or one job that it cannot write down, keeps the answer about all others back. An answer that
 * cannot be read and is no success comes from something between us and CI: it would be the same for every request.
 */
export function isAboutOneJob(error: CiError): boolean {
  return error.kind === 'invalid' || (error.kind === 'bad-answer' && error.status === 200);
}

/** CI wants everybody to wait: no id is at fault. */
export function asksToWait(error: CiError): boolean {
  return error.code === 'SlowDown' || error.retryAfterMs !== undefined;
}
