import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';
import { mayMerge } from '../../watch/cohorts/boundaries.ts';
import type { StoredCohort } from '../../watch/cohorts/rows.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';
import {
  expected,
  jobsIn,
  listCost,
  type PlannedCohort,
  type PlannedListing,
  pagesOf,
  type Span,
  toListing,
} from './cost.ts';

export interface ReadingPlan {
  readonly listings: readonly PlannedListing[];
  /** places of wanted cohorts that are read by id */
  readonly byId: readonly number[];
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
 * How to read the wanted cohorts of a group with the fewest requests: by listings over neighbouring windows, or by id.
 * A listing costs its pages and what the last one missed, since that is read by id after it; an id costs a tenth of a
 * request, for what one cohort leaves of it another takes. Where both cost the same it is by id, which is certain.
 * @param row the group's cohorts, the oldest first, neighbours next to each other
 * @param unfiltered CI ignores the window of a listing: it costs all pages of the group
 */
export function planGroup(row: readonly PlannedCohort[], unfiltered: boolean): ReadingPlan {
  const wanted = row.flatMap((cohort, place) => (cohort.wanted ? [place] : []));
  const found = unfiltered ? planWhole(row, wanted) : planWindows(row, wanted);
  const listings = unfiltered ? found : allExtended(row, found);
  const listed = (place: number) => listings.some(({ from, to }) => place >= from && place <= to);
  return { listings, byId: wanted.filter((place) => !listed(place)) };
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

function planWhole(row: readonly PlannedCohort[], wanted: readonly number[]): PlannedListing[] {
  const whole = { from: 0, to: row.length - 1 };
  const ids = wanted.reduce((sum, place) => sum + (row[place]?.open ?? 0), 0);
  return listCost(row, whole) < ids / IDS_PER_REQUEST ? [toListing(row, whole)] : [];
}

/** The cheapest way to read each wanted cohort once, the first of them up to each in turn. */
function planWindows(row: readonly PlannedCohort[], wanted: readonly number[]): PlannedListing[] {
  const best: Best[] = [{ cost: 0, listings: [] }];
  for (const [index, to] of wanted.entries()) best.push(cheapestUpTo(row, wanted, best, index, to));
  return [...(best.at(-1)?.listings ?? [])];
}

interface Best {
  readonly cost: number;
  readonly listings: readonly PlannedListing[];
}

/** The last wanted cohort is read by id, or by a listing that begins at it or at an earlier one. */
function cheapestUpTo(
  row: readonly PlannedCohort[],
  wanted: readonly number[],
  best: readonly Best[],
  index: number,
  to: number,
): Best {
  const before = best[index] ?? { cost: 0, listings: [] };
  let chosen: Best = { ...before, cost: before.cost + (row[to]?.open ?? 0) / IDS_PER_REQUEST };
  let [jobs, missed, place] = [0, 0, to];
  for (let first = index; first >= 0; first -= 1) {
    const from = wanted[first] ?? 0;
    for (; place >= from; place -= 1) {
      const cohort = row[place];
      const isNeighbour = place === to || cohort?.endMs === row[place + 1]?.startMs;
      if (cohort === undefined || !isNeighbour) return chosen;
      jobs += expected(cohort);
      missed += cohort.wanted || cohort.free ? cohort.unlisted : 0;
    }
    const earlier = best[first] ?? { cost: 0, listings: [] };
    const cost = earlier.cost + pagesOf(jobs) + missed / IDS_PER_REQUEST;
    if (cost < chosen.cost) {
      chosen = { cost, listings: [...earlier.listings, toListing(row, { from, to })] };
    }
  }
  return chosen;
}

/** Takes along the free neighbours that add no page; what lies between two listings goes with one of them. */
function allExtended(row: readonly PlannedCohort[], listings: readonly PlannedListing[]): PlannedListing[] {
  const result: PlannedListing[] = [];
  for (const [index, listing] of listings.entries()) {
    const least = (result.at(-1)?.to ?? -1) + 1;
    const most = (listings[index + 1]?.from ?? row.length) - 1;
    result.push(extended(row, listing, least, most));
  }
  return result;
}

function extended(
  row: readonly PlannedCohort[],
  listing: PlannedListing,
  least: number,
  most: number,
): PlannedListing {
  const pages = pagesOf(jobsIn(row, listing));
  let { from, to } = listing;
  while (from > least && touches(row, from - 1) && row[from - 1]?.free && fits({ from: from - 1, to }))
    from -= 1;
  while (to < most && touches(row, to) && row[to + 1]?.free && fits({ from, to: to + 1 })) to += 1;
  return { ...listing, from, to };
  function fits(span: Span): boolean {
    return pagesOf(jobsIn(row, span)) <= pages;
  }
}

/** Whether a cohort's window reaches to the next one's. */
function touches(row: readonly PlannedCohort[], place: number): boolean {
  return row[place]?.endMs === row[place + 1]?.startMs;
}
