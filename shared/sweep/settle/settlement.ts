import type { Group } from '../../watch/cohorts/cohort.ts';
import { type StoredCohort, seconds } from '../../watch/cohorts/rows.ts';

/** What becomes of a cohort, or of a part of it. */
export interface NextCohort {
  readonly startMs: number;
  readonly open: number;
  /** undefined when it was not listed */
  readonly listed: number | undefined;
  readonly unlisted: number;
  readonly oldestMs: number | undefined;
  readonly youngestMs: number | undefined;
  readonly delayMs: number;
}

/** A stretch of neighbours that the token holds, and what is to stand in its place. */
export interface Settlement {
  readonly group: Group;
  /** the stretch as it was claimed, the oldest first */
  readonly before: readonly StoredCohort[];
  /** the same time, tiled anew */
  readonly after: readonly NextCohort[];
  /** where that begins which was not read and is due as it was; undefined when all was */
  readonly rest: { readonly startMs: number; readonly dueMs: number; readonly kept: boolean } | undefined;
  /** where the new head begins; undefined when the stretch has not the head */
  readonly headMs: number | undefined;
}

/** As `json_to_recordset` takes it, times in seconds. */
export function toRow({ startMs, oldestMs, youngestMs, listed, ...row }: NextCohort) {
  return {
    ...row,
    start: seconds(startMs),
    listed: listed ?? null,
    oldest: oldestMs === undefined ? null : oldestMs / 1000,
    youngest: youngestMs === undefined ? null : youngestMs / 1000,
  };
}
