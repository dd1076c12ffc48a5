import type { CiError } from '../../ci/ci-error.ts';
import type { Member } from '../../watch/cohorts/cohort.ts';
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
  unreadFromMs: number | undefined;
  /** why it could not be read */
  error: CiError | undefined;
}

export function toHeld(cohort: StoredCohort, members: readonly Member[], wanted: boolean): HeldCohort {
  return {
    cohort,
    members: new Map(members.map((member) => [member.jobId, member])),
    wanted,
    open: new Map(),
    listed: undefined,
    missed: new Set(),
    unreadFromMs: undefined,
    error: undefined,
  };
}

/**
 * Marks what was not read of a cohort, from a moment on: it stays due, in a cohort of its own. When no member lies before
 * that moment, nothing of the cohort was read.
 */
export function markUnread(held: HeldCohort, fromMs: number): void {
  const { startMs, endMs } = held.cohort;
  const hasPassed = [...held.members.values()].some(({ createdMs }) => createdMs < fromMs);
  const unreadFromMs = hasPassed ? Math.max(fromMs, startMs) : startMs;
  if (unreadFromMs < endMs) held.unreadFromMs = Math.min(unreadFromMs, held.unreadFromMs ?? unreadFromMs);
}
