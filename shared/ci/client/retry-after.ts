/** A longer wait is a mistake of somebody's, and would stop us for good. */
export const LONGEST_RETRY_AFTER_SECONDS = 600;

/** Reads Retry-After (RFC 9110 10.2.3), whole seconds or a date, as milliseconds from now, ten minutes at most. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  if (Number.isNaN(waitMs)) return undefined;
  return Math.min(Math.max(0, waitMs), LONGEST_RETRY_AFTER_SECONDS * 1000);
}
