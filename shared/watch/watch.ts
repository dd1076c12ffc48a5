import type { Job, JobInput, JobOutput } from '../ci/job.ts';
import type { State } from '../ci/job-state.ts';
import type { Fragment, Sql } from '../store/store.ts';
import { ofItsCohort } from './cohorts/of-group.ts';
import { factsOf } from './job-facts.ts';
import { outputOf } from './output-of.ts';
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
  /** as the next ones null in rows of the release before, whose job tells it */
  input_key: string | null;
  code: string | null;
  message: string | null;
  progress: number | null;
  output_bytes: BigNumber;
  seconds: number | null;
  output_key: string;
  input_bytes: BigNumber;
  rendition: string;
  try: number;
  retry_of: string | null;
  retried_as: string | null;
}

/** A bigint of PostgreSQL is read as text. */
export type BigNumber = string | number | null;

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
  /** CI's word on how it goes, and why it failed */
  Code: string;
  Message: string;
  /** 0 to 100, as last seen */
  Progress: number | null;
  Source: Source;
  Rule: string;
  /** which output of its rule it makes; '' where there is one */
  Rendition: string;
  /** which try of the same object version it is */
  Try: number;
  Input: JobInput;
  InputKey: string;
  /** null where neither an event nor a listing told */
  InputBytes: number | null;
  Output: JobOutput;
  /** as written, its placeholders filled in as soon as CI says by what */
  OutputKey: string;
  OutputBytes: number | null;
  /** how long CI worked on it */
  Seconds: number | null;
  LastError: string;
  CreatedAt: string;
  /** its own while it stands apart, else its cohort's; null once the job has its outcome */
  NextCheckAt: string | null;
  /** when we learned of the outcome; null while open */
  EndedAt: string | null;
  /** the job that it repeats; '' for none */
  RetryOf: string;
  /** the submission that repeats it; '' for none */
  RetriedAs: string;
}

export function toWatch(row: WatchRow): Watch {
  // Whatever is written now writes the code: a row without one is of the release before.
  const facts =
    row.code === null && row.job ? { ...factsOf(row.job), output_key: outputOf(row.job).key } : row;
  return {
    JobId: row.job_id,
    Bucket: row.bucket,
    Region: row.region,
    Tag: row.tag,
    QueueId: row.queue_id,
    State: row.state,
    Outcome: row.outcome,
    Code: facts.code ?? '',
    Message: facts.message ?? '',
    Progress: facts.progress,
    Source: row.source,
    Rule: row.rule,
    Rendition: row.rendition,
    Try: row.try,
    Input: row.job?.Input ?? {},
    InputKey: facts.input_key ?? '',
    InputBytes: toNumber(row.input_bytes),
    Output: row.job?.Operation?.Output || {},
    OutputKey: facts.output_key,
    OutputBytes: toNumber(facts.output_bytes),
    Seconds: facts.seconds,
    LastError: row.last_error,
    CreatedAt: row.created_at.toISOString(),
    NextCheckAt: row.outcome === '' ? row.next_check_at.toISOString() : null,
    EndedAt: row.ended_at?.toISOString() ?? null,
    RetryOf: row.retry_of ?? '',
    RetriedAs: row.retried_as ?? '',
  };
}

export function toNumber(value: BigNumber): number | null {
  return value === null ? null : Number(value);
}
