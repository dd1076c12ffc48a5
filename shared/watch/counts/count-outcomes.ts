import type { Job } from '../../ci/job.ts';
import { parseCiTime } from '../../ci/time.ts';
import type { Sql } from '../../store/store.ts';
import type { Outcome } from '../transition.ts';
import type { WatchRow } from '../watch.ts';
import { durationBucket } from './durations.ts';
import { beginningOf, QUARTER } from './period.ts';

/** A change as far as it is counted. */
interface CountedChange {
  /** the watch as it was */
  readonly row: Pick<WatchRow, 'job_id' | 'rule' | 'outcome' | 'ended_at' | 'counted_rule'>;
  readonly outcome: Outcome;
  readonly job: Job | null;
}

/** One row of outcome_changes. */
interface OutcomeChange {
  readonly quarter: string;
  readonly rule: string;
  readonly outcome: Outcome;
  readonly code: string;
  readonly bucket: number | null;
  readonly count: number;
  readonly latest_at: string;
  readonly latest_job_id: string;
}

/**
 * Counts the outcomes of changes in the quarter of an hour in which the jobs ended, in the transaction of the changes. One
 * that replaces another takes that back where it was counted.
 * @param at what becomes the watches' ended_at
 */
export async function countOutcomes(sql: Sql, changes: readonly CountedChange[], at: Date): Promise<void> {
  const counted = together(changes.flatMap((change) => [...takenBack(change), ...ended(change, at)]));
  if (counted.length === 0) return;
  await sql`
    insert into outcome_changes (quarter, rule, outcome, code, bucket, count, latest_at, latest_job_id)
    select quarter, rule, outcome, code, bucket, count, latest_at, latest_job_id
    from json_to_recordset(${JSON.stringify(counted)}::text::json) as c (quarter timestamptz, rule text, outcome text,
      code text, bucket smallint, count integer, latest_at timestamptz, latest_job_id text)`;
}

function ended({ row, outcome, job }: CountedChange, at: Date): OutcomeChange[] {
  if (outcome === '') return [];
  const seconds = outcome === 'Missing' ? undefined : secondsOf(job);
  const code = outcome === 'Failed' ? (job?.Code ?? '') : '';
  const bucket = seconds === undefined ? null : durationBucket(seconds);
  return [{ ...placeOf(row.job_id, at), rule: row.rule, outcome, code, bucket, count: 1 }];
}

/** Only Missing is ever replaced: it has no Code and no duration. */
function takenBack({
  row: { job_id, outcome, ended_at, counted_rule: rule },
}: CountedChange): OutcomeChange[] {
  if (rule === null || ended_at === null) return [];
  return [{ ...placeOf(job_id, ended_at), rule, outcome, code: '', bucket: null, count: -1 }];
}

function placeOf(latest_job_id: string, at: Date) {
  const quarter = new Date(beginningOf(QUARTER, at.getTime())).toISOString();
  return { quarter, latest_at: at.toISOString(), latest_job_id };
}

/** How long CI worked on a job; undefined when it does not say. */
function secondsOf(job: Job | null): number | undefined {
  const [startMs, endMs] = [parseCiTime(job?.StartTime), parseCiTime(job?.EndTime)];
  if (startMs === undefined || endMs === undefined || endMs < startMs) return undefined;
  return (endMs - startMs) / 1000;
}

/** Those that are counted alike become one row. */
function together(changes: readonly OutcomeChange[]): OutcomeChange[] {
  const rows = new Map<string, OutcomeChange>();
  for (const change of changes) {
    const { quarter, rule, outcome, code, bucket } = change;
    const key = JSON.stringify([quarter, rule, outcome, code, bucket, change.count < 0]);
    rows.set(key, { ...change, count: (rows.get(key)?.count ?? 0) + change.count });
  }
  return [...rows.values()];
}
