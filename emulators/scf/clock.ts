/** Runs something later; the returned function cancels it. */
type Schedule = (delayMs: number, run: () => void) => () => void;

/** What timers and asynchronous events go by; tests pass one that they move themselves. */
export interface Clock {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly schedule: Schedule;
}

export const systemClock: Clock = {
  now: Date.now,
  schedule(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
