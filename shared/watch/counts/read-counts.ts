import type { Sql } from '../../store/store.ts';
import { durationAt, noDurations } from './durations.ts';
import { beginningOf, type CountWindow, WINDOWS } from './period.ts';
import { type Ended, type FailureCode, selectCounts } from './select-counts.ts';

/** One period of the series. */
interface SeriesPoint extends Ended {
  /** when it began, in RFC 3339 */
  At: string;
  /** how long CI worked on what succeeded; null when nothing did, or CI did not say */
  MedianSeconds: number | null;
  P95Seconds: number | null;
}

/** What ended in whole periods: the one that the window begins in, the one that goes on, and all between. */
export interface Counts {
  Ended: Ended;
  Series: { StepSeconds: number; Points: SeriesPoint[] };
  FailureCodes: readonly FailureCode[];
}

/** @param now the database's time */
export async function readCounts(sql: Sql, window: CountWindow, now: Date): Promise<Counts> {
  const { reachMs, period } = WINDOWS[window];
  const fromMs = beginningOf(period, now.getTime() - reachMs);
  const rows = await selectCounts(sql, period, new Date(fromMs), now);
  const points = new Map<number, { ended: Ended; durations: number[] }>();
  for (let atMs = fromMs; atMs <= now.getTime(); atMs += period.stepMs) {
    points.set(atMs / 1000, { ended: noneEnded(), durations: noDurations() });
  }
  for (const { at, outcome, count } of rows.ended) {
    const point = points.get(at);
    // It is below 0 where a clock that was far ahead has removed what is taken back here.
    if (point) point.ended[outcome] = Math.max(0, count);
  }
  const took = rows.took.flatMap(({ at, buckets }) =>
    buckets.map((count, bucket) => ({ at, bucket, count })),
  );
  for (const { at, bucket, count } of [...took, ...rows.unfolded]) {
    const durations = points.get(at)?.durations;
    if (durations) durations[bucket] = (durations[bucket] ?? 0) + count;
  }
  const Points = [...points].map(([at, { ended, durations }]) => ({
    At: new Date(at * 1000).toISOString(),
    ...ended,
    MedianSeconds: durationAt(durations, 0.5),
    P95Seconds: durationAt(durations, 0.95),
  }));
  const Series = { StepSeconds: period.stepMs / 1000, Points };
  return { Ended: sumOf(Points), Series, FailureCodes: rows.failures };
}

function sumOf(points: readonly Ended[]): Ended {
  const sum = noneEnded();
  for (const point of points) {
    sum.Success += point.Success;
    sum.Failed += point.Failed;
    sum.Cancel += point.Cancel;
    sum.Missing += point.Missing;
  }
  return sum;
}

function noneEnded(): Ended {
  return { Success: 0, Failed: 0, Cancel: 0, Missing: 0 };
}
