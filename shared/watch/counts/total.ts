import { noDurations } from './durations.ts';

/** The most Codes that are counted by themselves in one period; the rest is counted as `Other`. */
const MAX_CODES = 50;
const OTHER_CODES = 'Other';

/** A row of outcome_changes as it is folded. */
export interface UnfoldedChange {
  readonly quarter: Date;
  readonly rule: string;
  readonly outcome: string;
  readonly code: string;
  readonly bucket: number | null;
  readonly count: number;
  readonly latest_at: Date;
  readonly latest_job_id: string;
}

/** What is to be added to one row of a table of counts. */
export interface Total {
  readonly atMs: number;
  readonly rule: string;
  readonly outcome: string;
  readonly code: string;
  count: number;
  latestAt: Date;
  latestJobId: string;
  readonly durations: number[];
}

/**
 * Adds changes up by period, in the order of the table's key.
 * @param beginning of the period that a time lies in, in unix milliseconds
 * @param codesOf the Codes that are counted in a period by now; those that come are added
 */
export function totalsOf(
  changes: readonly UnfoldedChange[],
  beginning: (atMs: number) => number,
  codesOf: (atMs: number) => Set<string>,
): Total[] {
  const totals = new Map<string, Total>();
  for (const { quarter, rule, outcome, code: told, bucket, count, latest_at, latest_job_id } of changes) {
    const atMs = beginning(quarter.getTime());
    const code = told === '' ? '' : countedCode(told, codesOf(atMs));
    const key = JSON.stringify([atMs, outcome, rule, code]);
    const fresh = { atMs, rule, outcome, code, count: 0, latestAt: latest_at, latestJobId: latest_job_id };
    const total = totals.get(key) ?? { ...fresh, durations: noDurations() };
    totals.set(key, total);
    total.count += count;
    if (bucket !== null) total.durations[bucket] = (total.durations[bucket] ?? 0) + count;
    if (isLater({ latest_at, latest_job_id }, total)) {
      total.latestAt = latest_at;
      total.latestJobId = latest_job_id;
    }
  }
  return [...totals.values()];
}

function isLater(
  { latest_at, latest_job_id }: Pick<UnfoldedChange, 'latest_at' | 'latest_job_id'>,
  { latestAt, latestJobId }: Total,
): boolean {
  const laterMs = latest_at.getTime() - latestAt.getTime();
  return laterMs > 0 || (laterMs === 0 && latest_job_id > latestJobId);
}

function countedCode(code: string, known: Set<string>): string {
  if (known.has(code)) return code;
  if (known.size >= MAX_CODES) return OTHER_CODES;
  known.add(code);
  return code;
}
