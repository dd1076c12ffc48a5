import type { TerminalState } from '../../ci/job-state.ts';
import type { Sql } from '../../store/store.ts';
import type { Durations } from './durations.ts';
import type { Period } from './period.ts';

/** The most pairs of Code and rule that are told, the most frequent first. */
const SHOWN_CODES = 100;

export type Ended = Record<TerminalState | 'Missing', number>;

export interface FailureCode {
  /** '' when CI stated none; Other for those beyond the Codes that are counted by themselves */
  Code: string;
  Rule: string;
  Count: number;
  /** the beginning of the first period in which it came */
  FirstAt: string;
  LatestAt: string;
  LatestJobId: string;
}

/** Counts as they are stored; `at` is the beginning of a period in unix seconds. */
export interface CountedRows {
  readonly ended: readonly { at: number; outcome: keyof Ended; count: number }[];
  /** of what succeeded: as far as it is folded, and what is not */
  readonly took: readonly { at: number; buckets: Durations }[];
  readonly unfolded: readonly { at: number; bucket: number; count: number }[];
  readonly failures: readonly FailureCode[];
}

/** In one statement, which sees what is being folded either where it was or where it goes. */
export async function selectCounts(
  sql: Sql,
  { table, stepMs }: Period,
  from: Date,
  now: Date,
): Promise<CountedRows> {
  const step = sql`${stepMs} * interval '1 millisecond'`;
  const [rows] = await sql<CountedRows[]>`
    with recent as materialized (
      select date_bin(${step}, quarter, 'epoch') as at, rule, outcome, code, bucket, count, latest_at, latest_job_id
      from outcome_changes where quarter >= ${from} and date_bin(${step}, quarter, 'epoch') <= ${now}
    ), ended as (
      select extract(epoch from at)::float8 as at, outcome, sum(count) as count
      from (
        select at, outcome, count from ${sql(table)} where at between ${from} and ${now}
        union all select at, outcome, count from recent) as each
      group by at, outcome
    ), took as (
      select extract(epoch from at)::float8 as at, json_build_array(
        sum(b0), sum(b1), sum(b2), sum(b3), sum(b4), sum(b5), sum(b6), sum(b7),
        sum(b8), sum(b9), sum(b10), sum(b11), sum(b12), sum(b13), sum(b14), sum(b15),
        sum(b16), sum(b17), sum(b18), sum(b19), sum(b20), sum(b21), sum(b22), sum(b23)) as buckets
      from ${sql(table)} where at between ${from} and ${now} and outcome = 'Success'
      group by at
    ), unfolded as (
      select extract(epoch from at)::float8 as at, bucket, sum(count) as count
      from recent where outcome = 'Success' and bucket is not null
      group by at, bucket
    ), failed as (
      select code, rule, sum(count) as count, min(at) as first_at, max(latest_at) as latest_at
      from (
        select at, code, rule, count, latest_at from ${sql(table)}
        where at between ${from} and ${now} and outcome = 'Failed'
        union all select at, code, rule, count, latest_at from recent where outcome = 'Failed') as each
      group by code, rule
      order by count desc, code, rule limit ${SHOWN_CODES}
    ), failures as (
      -- the latest of each is looked up by its key: among all of them it would have to be sorted for
      select f.code as "Code", f.rule as "Rule", f.count as "Count",
        to_char(f.first_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "FirstAt",
        to_char(f.latest_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "LatestAt", (
        select max(latest_job_id) from (
          select latest_job_id from ${sql(table)} t
          where t.at = date_bin(${step}, f.latest_at, 'epoch') and t.outcome = 'Failed'
            and (t.rule, t.code, t.latest_at) = (f.rule, f.code, f.latest_at)
          union all select latest_job_id from recent
          where outcome = 'Failed' and (rule, code, latest_at) = (f.rule, f.code, f.latest_at)) as each) as "LatestJobId"
      from failed f
      order by f.count desc, f.code, f.rule
    )
    select
      (select coalesce(json_agg(ended), '[]') from ended) as ended,
      (select coalesce(json_agg(took), '[]') from took) as took,
      (select coalesce(json_agg(unfolded), '[]') from unfolded) as unfolded,
      (select coalesce(json_agg(failures), '[]') from failures) as failures`;
  return rows ?? { ended: [], took: [], unfolded: [], failures: [] };
}
