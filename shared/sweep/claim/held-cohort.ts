import type { CiError } from '../../ci/ci-error.ts';
import { isWithin, type Member } from '../../watch/cohorts/cohort.ts';
import type { StoredCohort } from '../../watch/cohorts/rows.ts';

/** A cohort that is being read. */
export interface HeldCohort {
  cohort: StoredCohort;
  members: ReadonlyMap<string, Member>;
  /** it was due; the others are read since it costs nothing */
  readonly wanted: boolean;
  /** creation of what was read open, by id */
  readonly open: Map<string, number>;
  /** jobs that CI listed in the window; undefined when it was read by id */
  listed: number | undefined;
  /** members that the listing did not name */
  missed: ReadonlySet<string>;
  /** from here on it was not read */
  restMs: number | undefined;
  /** why it could not be read */
  error: CiError | undefined;
}

export function held(cohort: StoredCohort, members: readonly Member[], wanted: boolean): HeldCohort {
  return {
    cohort,
    members: new Map(members.map((member) => [member.jobId, member])),
    wanted,
    open: new Map(),
    listed: undefined,
    missed: new Set(),
    restMs: undefined,
    error: undefined,
  };
}

/**
 * What was not read of it from a moment on is left as it was: due, in a cohort of its own. When nothing lies before that
 * moment, all of it is.
 */
export function leaveRest(held: HeldCohort, fromMs: number): void {
  const { startMs, endMs } = held.cohort;
  const hasPassed = [...held.members.values()].some(({ createdMs }) => createdMs < fromMs);
  const restMs = hasPassed ? Math.max(fromMs, startMs) : startMs;
  if (restMs < endMs) held.restMs = Math.min(restMs, held.restMs ?? restMs);
}

/** The cohort that a moment lies in. */
export function cohortAt(cohorts: readonly HeldCohort[], ms: number): HeldCohort | undefined {
  return cohorts.find(({ cohort }) => isWithin(ms, cohort));
}

/** What a listing missed and is open all the same: it will be missed again. What has ended is no loss. */
export function unlistedOf({ missed, open }: HeldCohort): number {
  return [...missed].filter((jobId) => open.has(jobId)).length;
}
