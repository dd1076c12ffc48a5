import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance, handed in so that tests can stand in for them. */
export interface Clock {
  /** unix milliseconds */
  readonly now: () => number;
  /** Rejects with the signal's reason when it aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** a number in [0, 1) */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, { ...(signal ? { signal } : {}) }),
  random: Math.random,
};
