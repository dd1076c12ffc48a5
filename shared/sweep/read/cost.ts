import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';
import type { Reading, Window } from '../../watch/cohorts/cohort.ts';

/** The jobs that one page of CI's list holds [doc]. */
export const JOBS_PER_PAGE = 100;

/** A cohort as the plan sees it. */
export interface PlannedCohort extends Window, Reading {
  /** it is due, and this run has it: it is to be read in any case */
  readonly wanted: boolean;
  /** it is not due and nobody has it: it may be read too */
  readonly free: boolean;
}

/** Cohorts, by their places in the row, that are read by one listing over the window from the first to the last. */
export interface PlannedListing {
  readonly from: number;
  readonly to: number;
  /** a listing that grows longer than this is given up: by id it would have cost as much */
  readonly maxPages: number;
}

export type Span = Pick<PlannedListing, 'from' | 'to'>;

export function toListing(row: readonly PlannedCohort[], span: Span): PlannedListing {
  const ids = row
    .slice(span.from, span.to + 1)
    .reduce((sum, { wanted, open }) => sum + (wanted ? open : 0), 0);
  return { ...span, maxPages: requestsById(ids) };
}

export function listCost(row: readonly PlannedCohort[], span: Span): number {
  const missed = row
    .slice(span.from, span.to + 1)
    .reduce((sum, { wanted, free, unlisted }) => sum + (wanted || free ? unlisted : 0), 0);
  return pagesOf(jobsIn(row, span)) + missed / IDS_PER_REQUEST;
}

export function jobsIn(row: readonly PlannedCohort[], { from, to }: Span): number {
  return row.slice(from, to + 1).reduce((sum, cohort) => sum + expected(cohort), 0);
}

/** What CI will list in a window: what it listed last, else what is ours. */
export function expected({ listed, open }: PlannedCohort): number {
  return Math.max(listed ?? 0, open);
}

/** A listing without jobs is a page too. */
export function pagesOf(jobs: number): number {
  return Math.max(1, Math.ceil(jobs / JOBS_PER_PAGE));
}

/** Requests that reading so many jobs by id takes. */
export function requestsById(jobs: number): number {
  return Math.ceil(jobs / IDS_PER_REQUEST);
}

/** Seats that are left in the last of the requests for so many ids. */
export function seatsLeft(ids: number): number {
  return requestsById(ids) * IDS_PER_REQUEST - ids;
}

/** The first of these cohorts, whole ones only, that fit into the seats; they cost no request. */
export function fillSeats<C extends { readonly open: number }>(seats: number, small: readonly C[]): C[] {
  let left = seats;
  return small.filter(({ open }) => {
    if (open === 0 || open > left) return false;
    left -= open;
    return true;
  });
}
