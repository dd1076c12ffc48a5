import { unixMs } from '../../store/sql-values.ts';
import type { Fragment, Sql } from '../../store/store.ts';
import type { Group, Reading, Window } from './cohort.ts';

/** What a listing found is forgotten after this: the jobs of others come and go. */
const LISTED_REMEMBERED_SECONDS = 3600;

/** A cohort as it is stored. */
export interface StoredCohort extends Window, Reading {
  readonly group: Group;
  readonly errors: number;
  /** when it was to be checked, in unix milliseconds by the database's clock */
  readonly dueMs: number;
  /** nobody holds it */
  readonly free: boolean;
}

export interface CohortRow extends Group {
  start_ms: number;
  end_ms: number | null;
  due_ms: number;
  open: number;
  listed: number | null;
  unlisted: number;
  oldest_ms: number | null;
  youngest_ms: number | null;
  errors: number;
  free: boolean;
}

/** The columns of `watch_cohorts c` that make a StoredCohort. */
export function cohortColumns(sql: Sql): Fragment {
  return sql`
    c.bucket, c.region, c.tag, c.queue_id,
    ${unixMs(sql, sql`c.starts_at`)} as start_ms,
    (select ${unixMs(sql, sql`min(n.starts_at)`)} from watch_cohorts n
      where (n.bucket, n.region, n.tag, n.queue_id) = (c.bucket, c.region, c.tag, c.queue_id)
        and n.starts_at > c.starts_at) as end_ms,
    ${unixMs(sql, sql`c.next_check_at`)} as due_ms,
    c.open,
    case when c.listed_at > jobwatch_now() - ${LISTED_REMEMBERED_SECONDS} * interval '1 second' then c.listed end
      as listed,
    c.unlisted,
    ${unixMs(sql, sql`c.oldest_at`)} as oldest_ms,
    ${unixMs(sql, sql`c.youngest_at`)} as youngest_ms,
    c.errors,
    ${isFree(sql)} as free`;
}

/** The condition that nobody holds the row of `watch_cohorts c`. */
export function isFree(sql: Sql): Fragment {
  return sql`(c.leased_until is null or c.leased_until < jobwatch_now())`;
}

export function toCohort(row: CohortRow): StoredCohort {
  const { bucket, region, tag, queue_id } = row;
  return {
    group: { bucket, region, tag, queue_id },
    startMs: row.start_ms,
    endMs: row.end_ms ?? Number.POSITIVE_INFINITY,
    dueMs: row.due_ms,
    open: row.open,
    listed: row.listed ?? undefined,
    unlisted: row.unlisted,
    oldestMs: row.oldest_ms ?? undefined,
    youngestMs: row.youngest_ms ?? undefined,
    errors: row.errors,
    free: row.free,
  };
}

/** JSON knows no infinity; PostgreSQL reads its name. */
export function seconds(ms: number): number | string {
  return Number.isFinite(ms) ? ms / 1000 : String(ms);
}
