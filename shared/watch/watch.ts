import type { Job, JobInput, JobOutput } from '../ci/job.ts';
import type { State } from '../ci/job-state.ts';
import type { Fragment, Sql } from '../store/store.ts';
import { ofItsCohort } from './cohorts/of-group.ts';
import type { Outcome } from './transition.ts';

/** Where it comes from: the function that asked CI, or made the watch. */
export type Source = 'submit' | 'describe' | 'recheck' | 'callback' | 'object' | 'discover';

/** A watch as it is stored. */
export interface WatchRow {
  job_id: string;
  bucket: string;
  region: string;
  tag: string;
  queue_id: string;
  state: State;
  outcome: Outcome;
  source: Source;
  rule: string;
  job: Job | null;
  observed_at: Date | null;
  job_created_at: Date;
  created_at: Date;
  ended_at: Date | null;
  /** the rule that its outcome is counted under; null: not counted */
  counted_rule: string | null;
  hinted_at: Date | null;
  /** null while it stands with its cohort */
  apart_at: Date | null;
  next_check_at: Date;
  last_error: string;
}

/** The columns of `watches w` that make a WatchRow. An open watch's next check is its own when it stands apart. */
export function watchColumns(sql: Sql): Fragment {
  return sql`w.*, coalesce(
    case when w.apart_at is not null then greatest(w.apart_at, w.created_at) end,
    ${ofItsCohort(sql, sql`c.next_check_at`)}, w.next_check_at) as next_check_at`;
}

/** A watch as callers see it; its job, history and deliveries come with a single one only. Times are RFC 3339. */
export interface Watch {
  JobId: string;
  Bucket: string;
  Region: string;
  Tag: string;
  QueueId: string;
  State: State;
  Outcome: Outcome;
  Source: Source;
  Rule: string;
  Input: JobInput;
  Output: JobOutput;
  LastError: string;
  CreatedAt: string;
  /** its own while it stands apart, else its cohort's; null once the job has its outcome */
  NextCheckAt: string | null;
  /** when we learned of the outcome; null while open */
  EndedAt: string | null;
}

export function toWatch(row: WatchRow): Watch {
  return {
    JobId: row.job_id,
    Bucket: row.bucket,
    Region: row.region,
    Tag: row.tag,
    QueueId: row.queue_id,
    State: row.state,
    Outcome: row.outcome,
    Source: row.source,
    Rule: row.rule,
    Input: row.job?.Input ?? {},
    Output: row.job?.Operation?.Output || {},
    LastError: row.last_error,
    CreatedAt: row.created_at.toISOString(),
    NextCheckAt: row.outcome === '' ? row.next_check_at.toISOString() : null,
    EndedAt: row.ended_at?.toISOString() ?? null,
  };
}
