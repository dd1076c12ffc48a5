import type { Sql } from '../store/store.ts';
import { bringIntentsBack } from '../submit/intents/bring-back.ts';
import { bringLeasesBack } from '../sweep/bring-leases-back.ts';
import { BACK_BATCH, bringLanesBack, type JudgedClock } from '../throttle/clock-back.ts';
import type { RunParts } from '../throttle/run.ts';
import { bringChecksBack } from '../watch/bring-checks-back.ts';
import { bringRulesBack } from './rule-states.ts';

/** A sweep that began so much later than now began by a clock that was put back since. */
const CLOCK_BACK_SECONDS = 1;

/**
 * Brings back what was put off by a database clock that was ahead and has been put right since: it must not wait until
 * that time comes. It is known by lying further ahead than it can ever be set, by having been made in the future, or by
 * a last sweep that began in the future; then everything that waits is due. Goes by indexes, and finds nothing
 * normally. Leases come to their longest, and what may be under way at CI keeps all of its time.
 */
export async function afterClockBack(
  { store, clock, log, deadlineMs }: Pick<RunParts, 'store' | 'clock' | 'log' | 'deadlineMs'>,
  lookAfterSeconds: number,
): Promise<void> {
  for (;;) {
    const counts = await store.transaction((sql) => bringAllBack(sql, lookAfterSeconds));
    const rows = counts.reduce((sum, count) => sum + count, 0);
    if (rows > 0)
      log.warn('the database clock was put back: what it had put off is due', { code: 'ClockBack', rows });
    if (Math.max(...counts) < BACK_BATCH || clock.now() >= deadlineMs) return;
  }
}

async function bringAllBack(sql: Sql, lookAfterSeconds: number): Promise<number[]> {
  const judged = await readClock(sql);
  // Sent together: one round trip.
  const broughtBack = await Promise.all([
    ...bringChecksBack(sql, judged),
    ...bringLeasesBack(sql, judged),
    ...bringIntentsBack(sql, judged, lookAfterSeconds),
    ...bringRulesBack(sql, judged),
    ...bringLanesBack(sql, judged),
  ]);
  return broughtBack.map(({ count }) => count);
}

/**
 * The database's time, as a value: so the planner knows how few rows lie beyond it. And whether the last sweep began in
 * the future, which is so until the next one is noted: a run that dies before that leaves the work to the next.
 */
async function readClock(sql: Sql): Promise<JudgedClock> {
  const [clock] = await sql<JudgedClock[]>`
    select now, coalesce((select max(started_at) from last_sweep) > now + ${CLOCK_BACK_SECONDS} * interval '1 second', false)
      as "isBack"
    from (select jobwatch_now() as now) as clock`;
  if (clock === undefined) throw new Error('expected the time of the database, got no row');
  return clock;
}
