/** How long each table of counts is kept: longer than any window that is read of it. */
const QUARTERS_KEPT_HOURS = 48;
const HOURS_KEPT_DAYS = 8;
const DAYS_KEPT = 400;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** One of the tables of counts: each row is about a period of so long. */
export interface Period {
  readonly table: 'outcomes_by_quarter' | 'outcomes_by_hour' | 'outcomes_by_day';
  readonly stepMs: number;
  readonly keptMs: number;
}

export const QUARTER: Period = {
  table: 'outcomes_by_quarter',
  stepMs: 15 * MINUTE_MS,
  keptMs: QUARTERS_KEPT_HOURS * HOUR_MS,
};
const HOUR: Period = { table: 'outcomes_by_hour', stepMs: HOUR_MS, keptMs: HOURS_KEPT_DAYS * DAY_MS };
const DAY: Period = { table: 'outcomes_by_day', stepMs: DAY_MS, keptMs: DAYS_KEPT * DAY_MS };
export const PERIODS: readonly Period[] = [QUARTER, HOUR, DAY];

/** When the period began that a time lies in, in unix milliseconds: days are those of UTC. */
export function beginningOf({ stepMs }: Period, atMs: number): number {
  return Math.floor(atMs / stepMs) * stepMs;
}

/** What GET /overview may be asked about: how far back it reaches, and by which periods. */
export const WINDOWS = {
  '1h': { reachMs: HOUR_MS, period: QUARTER },
  '24h': { reachMs: DAY_MS, period: QUARTER },
  '7d': { reachMs: 7 * DAY_MS, period: HOUR },
  '30d': { reachMs: 30 * DAY_MS, period: DAY },
} as const;

export type Window = keyof typeof WINDOWS;
