import type { Sql } from '../../store/store.ts';
import { readSlowDown } from '../../throttle/read-slowdown.ts';
import type { CountWindow } from '../counts/period.ts';
import { type Counts, readCounts } from '../counts/read-counts.ts';
import { type OpenWork, readOpen } from './read-open.ts';
import { readVersion } from './read-version.ts';

/** What the store knows of how things stand. Times are RFC 3339. */
export interface Overview extends OpenWork, Counts {
  Version: string;
  Now: string;
  Window: CountWindow;
  /** requests to CI that background work and callers together may send in a second, now */
  Rate: { PerSecond: number; MostPerSecond: number; SlowUntil: string | null };
}

/** @param maxRps CI_MAX_RPS */
export async function getOverview(sql: Sql, window: CountWindow, maxRps: number): Promise<Overview> {
  // First: what is read after it is as new or newer, and whoever asks again for a newer Version misses nothing.
  const { version, now } = await readVersion(sql);
  const open = await readOpen(sql);
  const counts = await readCounts(sql, window, now);
  const { share, until } = await readSlowDown(sql);
  return {
    Version: version,
    Now: now.toISOString(),
    Window: window,
    ...open,
    ...counts,
    Rate: { PerSecond: maxRps * share, MostPerSecond: maxRps, SlowUntil: until?.toISOString() ?? null },
  };
}
