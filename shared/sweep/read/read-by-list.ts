import { CiError } from '../../ci/ci-error.ts';
import type { ListQuery } from '../../ci/client/create-client.ts';
import { OPEN_STATES } from '../../ci/job-state.ts';
import { formatCiTime, parseCiTime } from '../../ci/time.ts';
import { isOutOfTime } from '../../throttle/ask-ci.ts';
import { isWithin, secondOf, type Window } from '../../watch/cohorts/cohort.ts';
import { markUnfiltered } from '../claim/group-facts.ts';
import { cohortAt, type HeldCohort, leaveRest } from '../claim/held-cohort.ts';
import { type Hold, isStopped } from '../hold.ts';
import { listPages } from './list-pages.ts';
import { JOBS_PER_PAGE } from './listing-cost.ts';
import { noteAnswer } from './note-answer.ts';
import { isRefusedForAll, isSpoiled } from './read-failure.ts';

/** The window is asked for with so much more on either side: CI's bounds may be inclusive or not. */
const WIDENED_MS = 1000;
/** How often the place of a listing is written down: one that is killed goes on from there. */
const SAVE_PLACE_MS = 10_000;

/** Neighbours that one listing reads. */
export interface Listing {
  readonly cohorts: readonly HeldCohort[];
  readonly window: Window;
  readonly maxPages: number;
  /** CI ignores windows: the whole group is listed */
  readonly unfiltered: boolean;
  /** Settles what lies before a place, and keeps the rest. */
  readonly save: (placeMs: number) => Promise<void>;
}

/**
 * Lists the open jobs of neighbouring cohorts, page by page, the oldest first. Nothing is concluded from a job that is not
 * listed. What is not read for want of time stays due from the place where the listing stopped; a listing that was
 * given up leaves all to be read by id.
 */
export async function readByList(hold: Hold, listing: Listing): Promise<void> {
  const { run } = hold;
  const { cohorts, maxPages } = listing;
  const group = cohorts[0]?.cohort.group;
  if (group === undefined) return;
  for (const cohort of cohorts) cohort.listed = 0;
  let pages = 0;
  let placeMs = Number.NEGATIVE_INFINITY;
  let savedAtMs = run.clock.now();
  let from = listing.window.startMs;
  for (;;) {
    try {
      const query = queryOf(listing, from);
      for await (const { jobs, sentAtMs, isLast } of listPages(run, hold.bucket, query)) {
        pages += 1;
        hold.answered = true;
        await hold.lane.noteAnswer();
        await noteAnswer(hold, cohorts, jobs, sentAtMs);
        for (const job of jobs) {
          const createdMs = parseCiTime(job.CreationTime);
          if (createdMs === undefined) continue;
          const cohort = cohortAt(cohorts, createdMs);
          if (cohort) cohort.listed = (cohort.listed ?? 0) + 1;
          placeMs = Math.max(placeMs, secondOf(createdMs) - WIDENED_MS);
        }
        await checkWindow(
          hold,
          listing,
          jobs.map((job) => parseCiTime(job.CreationTime)),
        );
        await hold.keepLease();
        if (isLast) return finish(cohorts);
        if (pages >= maxPages) return giveUp(cohorts, pages);
        if (isStopped(hold)) return stopAt(cohorts, placeMs);
        if (run.clock.now() - savedAtMs >= SAVE_PLACE_MS && !listing.unfiltered) {
          savedAtMs = run.clock.now();
          await listing.save(placeMs);
        }
      }
      return finish(cohorts);
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      if (isOutOfTime(run, error)) {
        hold.outOfTime = true;
        return stopAt(cohorts, placeMs);
      }
      // A token that is not taken any more: the listing goes on behind what was read.
      if (error.kind === 'invalid' && placeMs > from && pages < maxPages && !listing.unfiltered) {
        from = placeMs;
        continue;
      }
      run.log.warn('jobs could not be listed', {
        code: error.code,
        reason: error.reason,
        ...group,
        ciRequestId: error.requestId,
      });
      // The others are read by id, now and, since the listing counts as too long, next time.
      if (isSpoiled(error) || error.kind === 'not-set-up') return giveUp(cohorts, maxPages);
      if (isRefusedForAll(error)) hold.refusedForAll = error;
      await hold.lane.noteError(error, JSON.stringify([group, from]));
      for (const cohort of cohorts) if (cohort.cohort.endMs > placeMs) cohort.error = error;
      return stopAt(cohorts, placeMs);
    }
  }
}

function queryOf(
  { cohorts, window, unfiltered }: Listing,
  fromMs: number,
): Omit<ListQuery, 'size' | 'nextToken'> {
  const group = cohorts[0]?.cohort.group;
  const windowed = !unfiltered;
  return {
    tag: group?.tag ?? '',
    queueId: group?.queue_id ?? '',
    states: OPEN_STATES.join(','),
    orderByTime: 'Asc',
    ...(windowed && Number.isFinite(fromMs) ? { startCreationTime: formatCiTime(fromMs - WIDENED_MS) } : {}),
    ...(windowed && Number.isFinite(window.endMs) ? { endCreationTime: formatCiTime(window.endMs) } : {}),
  };
}

/** A job that lies outside shows that CI does not heed the window. */
async function checkWindow(
  { run }: Hold,
  { cohorts, window, unfiltered }: Listing,
  created: readonly (number | undefined)[],
): Promise<void> {
  const group = cohorts[0]?.cohort.group;
  const widened = { startMs: window.startMs - WIDENED_MS, endMs: window.endMs + WIDENED_MS };
  if (unfiltered || group === undefined || created.every((ms) => ms === undefined || isWithin(ms, widened)))
    return;
  if (await run.store.transaction((sql) => markUnfiltered(sql, group))) {
    run.log.warn('the window of a listing is not heeded: the group is listed whole for a day', {
      code: 'WindowIgnored',
      ...group,
    });
  }
}

function finish(cohorts: readonly HeldCohort[]): void {
  for (const cohort of cohorts) {
    cohort.missed = new Set([...cohort.members.keys()].filter((jobId) => !cohort.open.has(jobId)));
  }
}

/**
 * Its cost is remembered: next time it is known to be longer than reading by id. What was taken along is left as it was:
 * by id it would cost more than it is worth.
 */
function giveUp(cohorts: readonly HeldCohort[], pages: number): void {
  finish(cohorts);
  for (const cohort of cohorts) {
    if (!cohort.wanted) leaveRest(cohort, cohort.cohort.startMs);
    const wanted = cohort.wanted ? cohort.members.size : 0;
    cohort.listed = Math.max(cohort.listed ?? 0, wanted * 10, (pages + 1) * JOBS_PER_PAGE);
  }
}

function stopAt(cohorts: readonly HeldCohort[], placeMs: number): void {
  finish(cohorts);
  for (const cohort of cohorts) {
    if (placeMs >= cohort.cohort.endMs) continue;
    leaveRest(cohort, placeMs);
    cohort.listed = undefined;
  }
}
