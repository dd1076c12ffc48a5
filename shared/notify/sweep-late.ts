import type { Sql } from '../store/store.ts';
import { TICK_MS } from '../throttle/schedule.ts';
import { recordOwnEvent } from '../watch/record-own-event.ts';

/** A sweep that is so many ticks late is told of: somebody must hear when the watcher is dead. */
const SWEEP_LATE_TICKS = 10;

/**
 * Writes an event when no sweep ran for too long, one for each time. Nothing is said before the first sweep there ever
 * was. The age of the last one in seconds, when it was not told yet.
 */
export async function recordSweepLate(sql: Sql): Promise<number | undefined> {
  const [late] = await sql<{ at: Date; us: string; seconds: number }[]>`
    select started_at as at, (extract(epoch from started_at) * 1000000)::bigint::text as us,
      extract(epoch from jobwatch_now() - started_at)::integer as seconds
    from last_sweep
    where started_at < jobwatch_now() - ${SWEEP_LATE_TICKS * TICK_MS} * interval '1 millisecond'`;
  if (late === undefined) return undefined;
  const written = await recordOwnEvent(sql, {
    type: 'jobwatch.sweep.late',
    subject: 'recheck',
    key: late.us,
    data: { LastSweepAt: late.at.toISOString(), AgeSeconds: late.seconds },
  });
  return written === undefined ? undefined : late.seconds;
}
