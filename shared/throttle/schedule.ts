/** The timer's own period: nothing is checked more often. */
export const TICK_MS = 10_000;
const LONGEST_DELAY_MS = 300_000;
/** The delay of noticing an end stays this share of the job's own duration. */
const SHARE_OF_AGE = 0.25;
/** Jobs that were submitted together must not stay together. */
const JITTER = 0.2;

/**
 * When an open job is looked at next, in milliseconds from now: a quarter of its age, between one tick and five
 * minutes, give or take a fifth.
 * @param ageMs now less the job's CreationTime
 * @param random a number in [0, 1)
 */
export function nextCheckDelayMs(ageMs: number, random: number): number {
  return jittered(clamp(ageMs * SHARE_OF_AGE), random);
}

/** The same for a watch that could not be read: it doubles with each failure in a row. */
export function errorDelayMs(errors: number, random: number): number {
  return jittered(clamp(TICK_MS * 2 ** Math.min(errors - 1, 16)), random);
}

function clamp(delayMs: number): number {
  return Math.min(Math.max(delayMs, TICK_MS), LONGEST_DELAY_MS);
}

function jittered(delayMs: number, random: number): number {
  return Math.round(delayMs * (1 - JITTER + 2 * JITTER * random));
}
