/** How long each table of counts is kept: longer than any window that is read of it. */
const QUARTERS_KEPT_HOURS = 48;
const HOURS_KEPT_DAYS = 8;
const DAYS_KEPT = 400;

const hours = (count: number) => count * 3_600_000;
const days = (count: number) => hours(24 * count);

/** One of the tables of counts: each row is about a period of so long. */
export interface Period {
  readonly table: 'outcomes_by_quarter' | 'outcomes_by_hour' | 'outcomes_by_day';
  readonly stepMs: number;
  readonly keptMs: number;
}

export const QUARTER: Period = {
  table: 'outcomes_by_quarter',
  stepMs: hours(0.25),
  keptMs: hours(QUARTERS_KEPT_HOURS),
};
const HOUR: Period = { table: 'outcomes_by_hour', stepMs: hours(1), keptMs: days(HOURS_KEPT_DAYS) };
const DAY: Period = { table: 'outcomes_by_day', stepMs: days(1), keptMs: days(DAYS_KEPT) };
export const PERIODS: readonly Period[] = [QUARTER, HOUR, DAY];

/** When the period began that a time lies in, in unix milliseconds: days are those of UTC. */
export function beginningOf({ stepMs }: Period, atMs: number): number {
  return Math.floor(atMs / stepMs) * stepMs;
}

/** What GET /overview may be asked about: how far back it reaches, and by which periods. */
export const WINDOWS = {
  '1h': { reachMs: hours(1), period: QUARTER },
  '24h': { reachMs: days(1), period: QUARTER },
  '7d': { reachMs: days(7), period: HOUR },
  '30d': { reachMs: days(30), period: DAY },
} as const;

export type CountWindow = keyof typeof WINDOWS;
