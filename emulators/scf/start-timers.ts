import { cronSchedule } from '../../service/cron-schedule.ts';
import type { Timer } from '../../service/service.ts';
import type { Clock } from './clock.ts';

/** Node fires a timer with a longer delay at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/**
 * Ticks at the times of the timers' crons. A tick does not wait for the one before it. Ticks that were missed because
 * the machine slept are not made up for: one comes late, and the next in time.
 *
 * @param tick gets the time at which the timer was due, in unix milliseconds
 * @returns a function that stops them all
 */
export function startTimers<T extends Timer>(
  timers: readonly T[],
  clock: Clock,
  tick: (timer: T, dueMs: number) => void,
): () => void {
  const stops = timers
    .filter(({ enabled }) => enabled)
    .map((timer) => startTimer(timer.cron, clock, (dueMs) => tick(timer, dueMs)));
  return () => {
    for (const stop of stops) stop();
  };
}

function startTimer(cron: string, { now, schedule }: Clock, tick: (dueMs: number) => void): () => void {
  const times = cronSchedule(cron);
  let cancel = () => undefined as unknown;

  const waitFor = (dueMs: number | undefined) => {
    if (dueMs === undefined) return;
    cancel = schedule(Math.min(dueMs - now(), LONGEST_DELAY_MS), () => {
      // It may be too early: after the longest delay, or because the timer's clock is not the wall's.
      if (now() < dueMs) return waitFor(dueMs);
      waitFor(times.nextRun(new Date(Math.max(dueMs, now())))?.getTime());
      tick(dueMs);
    });
  };
  waitFor(times.nextRun(new Date(now()))?.getTime());
  return () => cancel();
}
