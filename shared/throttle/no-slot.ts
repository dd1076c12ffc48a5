import { CiError } from '../ci/ci-error.ts';

const NO_SLOT = 'NoSlot';

/** Whoever waited for this slot would be killed before it. The retry after it comes too late as well. */
export function noSlot(waitMs: number): CiError {
  return new CiError({
    kind: 'no-answer',
    code: NO_SLOT,
    message: `Cloud Infinite was not asked: the rate allows it in ${Math.ceil(waitMs / 1000)} s`,
    retryAfterMs: waitMs,
    withoutEffect: true,
  });
}

/** Tells a request that had to wait for its slot for too long: nothing is known about what it asked for. */
export function isNoSlot(error: CiError): boolean {
  return error.code === NO_SLOT;
}
