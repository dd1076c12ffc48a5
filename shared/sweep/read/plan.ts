import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';
import type { PlannedCohort } from './row.ts';

/** The jobs that one page of CI's list holds [doc]. */
export const JOBS_PER_PAGE = 100;

/** Cohorts, by their places in the row, that are read by one listing over the window from the first to the last. */
interface PlannedListing {
  readonly from: number;
  readonly to: number;
  /** a listing that grows longer than this is given up: by id it would have cost as much */
  readonly maxPages: number;
}

type Span = Pick<PlannedListing, 'from' | 'to'>;

export interface ReadingPlan {
  readonly listings: readonly PlannedListing[];
  /** places of wanted cohorts that are read by id */
  readonly byId: readonly number[];
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
  const listings = unfiltered ? found : extendAll(row, found);
  const listed = (place: number) => listings.some(({ from, to }) => place >= from && place <= to);
  return { listings, byId: wanted.filter((place) => !listed(place)) };
}

function planWhole(row: readonly PlannedCohort[], wanted: readonly number[]): PlannedListing[] {
  const whole = { from: 0, to: row.length - 1 };
  const ids = wanted.reduce((sum, place) => sum + (row[place]?.open ?? 0), 0);
  const missed = row.reduce((sum, cohort) => sum + missedIn(cohort), 0);
  const cost = pagesOf(jobsIn(row, whole)) + missed / IDS_PER_REQUEST;
  return cost < ids / IDS_PER_REQUEST ? [toListing(row, whole)] : [];
}

/** The cheapest way to read each wanted cohort once, the first of them up to each in turn. */
function planWindows(row: readonly PlannedCohort[], wanted: readonly number[]): PlannedListing[] {
  const best: Best[] = [{ cost: 0, listings: [] }];
  for (const index of wanted.keys()) best.push(cheapestUpTo({ row, wanted, best }, index));
  return [...(best.at(-1)?.listings ?? [])];
}

interface Best {
  readonly cost: number;
  readonly listings: readonly PlannedListing[];
}

/** Places of wanted cohorts in a row, and the cheapest ways to read the first of them, up to each. */
interface Search {
  readonly row: readonly PlannedCohort[];
  readonly wanted: readonly number[];
  readonly best: readonly Best[];
}

/** The last of these wanted cohorts is read by id, or by a listing that begins at it or at an earlier one. */
function cheapestUpTo({ row, wanted, best }: Search, index: number): Best {
  const to = wanted[index] ?? 0;
  const before = best[index] ?? { cost: 0, listings: [] };
  let chosen: Best = { ...before, cost: before.cost + (row[to]?.open ?? 0) / IDS_PER_REQUEST };
  let [jobs, missed, place] = [0, 0, to];
  for (let first = index; first >= 0; first -= 1) {
    const from = wanted[first] ?? 0;
    for (; place >= from; place -= 1) {
      const cohort = row[place];
      const isNeighbour = place === to || cohort?.endMs === row[place + 1]?.startMs;
      if (cohort === undefined || !isNeighbour) return chosen;
      jobs += listedIn(cohort);
      missed += missedIn(cohort);
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
function extendAll(row: readonly PlannedCohort[], listings: readonly PlannedListing[]): PlannedListing[] {
  const result: PlannedListing[] = [];
  for (const [index, listing] of listings.entries()) {
    const least = (result.at(-1)?.to ?? -1) + 1;
    const most = (listings[index + 1]?.from ?? row.length) - 1;
    result.push(extend(row, listing, { from: least, to: most }));
  }
  return result;
}

function extend(row: readonly PlannedCohort[], listing: PlannedListing, within: Span): PlannedListing {
  const pages = pagesOf(jobsIn(row, listing));
  const fits = (span: Span) => pagesOf(jobsIn(row, span)) <= pages;
  let { from, to } = listing;
  while (from > within.from && touches(row, from - 1) && row[from - 1]?.free && fits({ from: from - 1, to }))
    from -= 1;
  while (to < within.to && touches(row, to) && row[to + 1]?.free && fits({ from, to: to + 1 })) to += 1;
  return { ...listing, from, to };
}

/** Whether a cohort's window reaches to the next one's. */
function touches(row: readonly PlannedCohort[], place: number): boolean {
  return row[place]?.endMs === row[place + 1]?.startMs;
}

function toListing(row: readonly PlannedCohort[], span: Span): PlannedListing {
  const ids = row
    .slice(span.from, span.to + 1)
    .reduce((sum, { wanted, open }) => sum + (wanted ? open : 0), 0);
  return { ...span, maxPages: requestsById(ids) };
}

function jobsIn(row: readonly PlannedCohort[], { from, to }: Span): number {
  return row.slice(from, to + 1).reduce((sum, cohort) => sum + listedIn(cohort), 0);
}

/** What a listing will miss of a cohort, if it may be read. */
function missedIn({ wanted, free, unlisted }: PlannedCohort): number {
  return wanted || free ? unlisted : 0;
}

/** What CI will list in a window: what it listed last, else what is ours. */
function listedIn({ listed, open }: PlannedCohort): number {
  return Math.max(listed ?? 0, open);
}

/** A listing without jobs is a page too. */
function pagesOf(jobs: number): number {
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
