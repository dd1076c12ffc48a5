import { mayMerge } from '../../watch/cohorts/boundaries.ts';
import type { Reading, Window } from '../../watch/cohorts/cohort.ts';
import type { StoredCohort } from '../../watch/cohorts/rows.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';

/** A cohort as the plan sees it. */
export interface PlannedCohort extends Window, Reading {
  /** it is due, and this run has it: it is to be read in any case */
  readonly wanted: boolean;
  /** it is not due and nobody has it: it may be read too */
  readonly free: boolean;
}

/** The cohorts of a group as the plan sees them: what is ours as it is now, the others as they were read last. */
export function rowOf(
  own: ReadonlyMap<number, HeldCohort>,
  around: readonly StoredCohort[],
): PlannedCohort[] {
  const mine = [...own.values()].map(({ cohort, members, wanted }) => ({
    ...cohort,
    open: members.size,
    wanted,
    free: false,
  }));
  const others = around
    .filter(({ startMs }) => !own.has(startMs))
    .map((cohort) => ({
      ...cohort,
      wanted: false,
      // The head has its own time: what is in it was not there when the others were read.
      free: cohort.free && cohort.endMs !== Number.POSITIVE_INFINITY,
    }));
  return [...mine, ...others].sort((a, b) => (a.startMs < b.startMs ? -1 : 1));
}

/**
 * Places of free cohorts that are taken along with a wanted neighbour since the two may become one: by two readings that
 * come together, many are saved.
 */
export function mergeable(row: readonly PlannedCohort[], nowMs: number): number[] {
  const mayJoin = (place: number, beside: number) => {
    const cohort = row[place];
    const neighbour = row[beside];
    if (!cohort || !neighbour?.wanted) return false;
    const touch = cohort.endMs === neighbour.startMs || cohort.startMs === neighbour.endMs;
    return touch && mayMerge(cohort, neighbour, nowMs);
  };
  return row.flatMap(({ free }, place) =>
    free && (mayJoin(place, place - 1) || mayJoin(place, place + 1)) ? [place] : [],
  );
}
