import { CiError } from '../../ci/ci-error.ts';
import type { ListQuery } from '../../ci/client/create-client.ts';
import { OPEN_STATES } from '../../ci/job-state.ts';
import { formatCiTime, parseCiTime } from '../../ci/time.ts';
import { isOutOfTime } from '../../throttle/ask-ci.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';
import type { Hold } from '../hold.ts';
import { savePlace } from '../settle/save-place.ts';
import { listPages } from './list-pages.ts';
import { createListing, type Listing, type ListingTerms, WIDENED_MS } from './listing.ts';
import { isAboutOneJob, isRefusedForAll } from './read-failure.ts';
import { recordAnswer } from './record-answer.ts';
import { noteUnfiltered } from './window-filter.ts';

/** How often the place of a listing is written down: one that is killed goes on from there. */
const SAVE_PLACE_MS = 10_000;

/** Where a listing goes on, and when its place was written down last. */
interface Position {
  fromMs: number;
  savedAtMs: number;
}

/**
 * Lists the open jobs of neighbouring cohorts, page by page, the oldest first. Nothing is concluded from a job that is not
 * listed. What is not read for want of time stays due from the place where the listing stopped; a listing that is given
 * up leaves all to be read by id.
 */
export async function readByList(
  hold: Hold,
  cohorts: readonly HeldCohort[],
  terms: ListingTerms,
): Promise<void> {
  const listing = createListing(cohorts, terms);
  if (listing === undefined) return;
  const at: Position = { fromMs: listing.window.startMs, savedAtMs: hold.run.clock.now() };
  for (;;) {
    try {
      return await readPages(hold, listing, at);
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      if (isOutOfTime(hold.run, error)) {
        hold.outOfTime = true;
        return listing.stop();
      }
      // A token that is not taken any more: the listing goes on behind what was read.
      const goesOn = error.kind === 'invalid' && listing.placeMs > at.fromMs && !listing.isTooLong;
      if (!goesOn || listing.unfiltered) return await endFailed(hold, listing, { error, fromMs: at.fromMs });
      at.fromMs = listing.placeMs;
    }
  }
}

/** @throws CiError */
async function readPages(hold: Hold, listing: Listing, at: Position): Promise<void> {
  const { clock } = hold.run;
  for await (const page of listPages(hold.run, hold.bucket, queryOf(listing, at.fromMs))) {
    await recordAnswer(hold, listing.cohorts, page);
    listing.addPage(page.jobs.flatMap((job) => parseCiTime(job.CreationTime) ?? []));
    if (listing.hasStrayed) await noteUnfiltered(hold.run, listing.group);
    if (page.isLast) break;
    if (listing.isTooLong) return listing.giveUp();
    if (hold.isStopped) return listing.stop();
    if (clock.now() - at.savedAtMs >= SAVE_PLACE_MS && !listing.unfiltered) {
      at.savedAtMs = clock.now();
      await savePlace(hold, listing.cohorts, listing.placeMs);
    }
  }
  listing.finish();
}

async function endFailed(
  hold: Hold,
  listing: Listing,
  { error, fromMs }: { readonly error: CiError; readonly fromMs: number },
): Promise<void> {
  const { group, cohorts, placeMs } = listing;
  hold.run.log.warn('jobs could not be listed', {
    code: error.code,
    reason: error.reason,
    ...group,
    ciRequestId: error.requestId,
  });
  // The others are read by id, now and, since the listing counts as too long, next time.
  if (isAboutOneJob(error) || error.kind === 'not-set-up') return listing.giveUp();
  if (isRefusedForAll(error)) hold.refusedForAll = error;
  await hold.lane.noteError(error, JSON.stringify([group, fromMs]));
  for (const held of cohorts) if (held.cohort.endMs > placeMs) held.error = error;
  listing.stop();
}

function queryOf(
  { group, window, unfiltered }: Listing,
  fromMs: number,
): Omit<ListQuery, 'size' | 'nextToken'> {
  const windowed = !unfiltered;
  return {
    tag: group.tag,
    queueId: group.queue_id,
    states: OPEN_STATES.join(','),
    orderByTime: 'Asc',
    ...(windowed && Number.isFinite(fromMs) ? { startCreationTime: formatCiTime(fromMs - WIDENED_MS) } : {}),
    ...(windowed && Number.isFinite(window.endMs) ? { endCreationTime: formatCiTime(window.endMs) } : {}),
  };
}
