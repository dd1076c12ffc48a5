import type { SeenRequest } from '../world/front.ts';
import type { Violation } from './violation.ts';

/** Of CI_MAX_RPS, for background work; no HTTP request of the soak makes the functions ask CI. */
const BACKGROUND_SHARE = 0.8;
const WINDOW_MS = 10_000;
/**
 * A machine that is busy lets requests leave late, and then together; a database that has lost its last commits, or whose
 * clock has jumped, gives the turns of this long once more.
 */
const SLACK_MS = 1500;

/**
 * Requests to CI stay within the rate over any ten seconds.
 *
 * @param resets when turns may have been handed out anew
 */
export function checkRate(
  seen: readonly SeenRequest[],
  maxRps: number,
  resets: readonly number[],
): Violation[] {
  const perMs = (maxRps * BACKGROUND_SHARE) / 1000;
  let start = 0;
  for (const [end, { atMs }] of seen.entries()) {
    while ((seen[start]?.atMs ?? 0) < atMs - WINDOW_MS) start += 1;
    const resetsInside = resets.filter((reset) => reset > atMs - WINDOW_MS && reset <= atMs).length;
    const most = Math.ceil(perMs * (WINDOW_MS + SLACK_MS * (1 + resetsInside)));
    const got = end - start + 1;
    if (got > most) {
      const detail = `expected at most ${most} requests in ${WINDOW_MS / 1000} s, got ${got}`;
      return [{ promise: 'background requests stay within the rate', detail }];
    }
  }
  return [];
}

/** The most in any second, for the report. */
export function busiestSecond(seen: readonly SeenRequest[]): number {
  let start = 0;
  let most = 0;
  for (const [end, { atMs }] of seen.entries()) {
    while ((seen[start]?.atMs ?? 0) < atMs - 1000) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}
