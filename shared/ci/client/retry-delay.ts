/** One call is tried this often at the most, a corrected clock not counted. */
export const MAX_ATTEMPTS = 4;
const BASE_DELAY_MS = 200;

/**
 * How long to wait before attempt `failed + 1`, in milliseconds: between half and the whole of 200 ms · 2ⁿ, so that
 * callers who failed together do not return together. What the server asked for beats our own guess.
 * @param failed attempts that failed so far, from 1
 * @param random a number in [0, 1)
 */
export function retryDelayMs(failed: number, retryAfterMs: number | undefined, random: number): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  const whole = BASE_DELAY_MS * 2 ** (failed - 1);
  return whole / 2 + (whole / 2) * random;
}
