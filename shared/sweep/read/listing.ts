import { type Group, isWithin, secondOf, type Window } from '../../watch/cohorts/cohort.ts';
import { type HeldCohort, markUnread } from '../claim/held-cohort.ts';
import { JOBS_PER_PAGE } from './plan.ts';

/** The window is asked for with so much more on either side: CI's bounds may be inclusive or not. */
export const WIDENED_MS = 1000;

export interface ListingTerms {
  readonly maxPages: number;
  /** CI ignores windows: the whole group is listed */
  readonly unfiltered: boolean;
}

/** Neighbours that one listing reads, and how far it has come: bookkeeping that asks nobody. */
export interface Listing extends ListingTerms {
  readonly group: Group;
  readonly cohorts: readonly HeldCohort[];
  readonly window: Window;
  /** it has cost as much as reading by id would have */
  readonly isTooLong: boolean;
  /** a job was listed that lies outside the window: CI ignores it */
  readonly hasStrayed: boolean;
  /** every job that was created before this has been listed; -Infinity before the first page */
  readonly placeMs: number;
  /** Counts the jobs of a page, by their creation. */
  readonly addPage: (createdMs: readonly number[]) => void;
  /** All pages were read: what was not listed is read by id. */
  readonly finish: () => void;
  /**
   * All is read by id. What the listing cost is remembered: next time it is known to be longer than reading by id. What
   * was taken along is left as it was: by id it would cost more than it is worth.
   */
  readonly giveUp: () => void;
  /** What lies behind the place stays due. */
  readonly stop: () => void;
}

/** @returns undefined for no cohorts */
export function createListing(
  cohorts: readonly HeldCohort[],
  { maxPages, unfiltered }: ListingTerms,
): Listing | undefined {
  const [first] = cohorts;
  const last = cohorts.at(-1);
  if (first === undefined || last === undefined) return undefined;
  for (const held of cohorts) held.listed = 0;
  const window = { startMs: first.cohort.startMs, endMs: last.cohort.endMs };
  const widened = { startMs: window.startMs - WIDENED_MS, endMs: window.endMs + WIDENED_MS };
  let pages = 0;
  let hasStrayed = false;
  let placeMs = Number.NEGATIVE_INFINITY;

  function finish(): void {
    for (const held of cohorts) {
      held.missed = new Set([...held.members.keys()].filter((jobId) => !held.open.has(jobId)));
    }
  }

  return {
    group: first.cohort.group,
    cohorts,
    window,
    maxPages,
    unfiltered,
    get hasStrayed() {
      return hasStrayed;
    },
    get isTooLong() {
      return pages >= maxPages;
    },
    get placeMs() {
      return placeMs;
    },
    addPage(createdMs) {
      pages += 1;
      for (const ms of createdMs) {
        const held = cohorts.find(({ cohort }) => isWithin(ms, cohort));
        if (held) held.listed = (held.listed ?? 0) + 1;
        if (!unfiltered && !isWithin(ms, widened)) hasStrayed = true;
        placeMs = Math.max(placeMs, secondOf(ms) - WIDENED_MS);
      }
    },
    finish,
    giveUp() {
      finish();
      for (const held of cohorts) {
        if (!held.wanted) markUnread(held, held.cohort.startMs);
        const wanted = held.wanted ? held.members.size : 0;
        held.listed = Math.max(
          held.listed ?? 0,
          wanted * 10,
          (Math.max(pages, maxPages) + 1) * JOBS_PER_PAGE,
        );
      }
    },
    stop() {
      finish();
      for (const held of cohorts) {
        if (placeMs >= held.cohort.endMs) continue;
        markUnread(held, placeMs);
        held.listed = undefined;
      }
    },
  };
}
