import type { Bucket } from '../../ci/bucket.ts';
import { CiError } from '../../ci/ci-error.ts';
import { OPEN_STATES } from '../../ci/job-state.ts';
import type { ClaimedWatch, Group } from './claim.ts';
import { listPages } from './list-pages.ts';
import { noteAnswer } from './note-answer.ts';
import { isSpoiled } from './read-by-id.ts';
import type { SweepRun } from './sweep-run.ts';

export interface ReadByList {
  /** claimed watches that CI listed */
  readonly listed: number;
  /** claimed watches that it did not list: ended, unknown, or moved between two pages. They are to be read by id. */
  readonly unlisted: readonly ClaimedWatch[];
  /** false when the listing was given up before its end */
  readonly complete: boolean;
  /** pages that a whole listing takes, or more than were read when it was given up */
  readonly pages: number;
}

/** Lists the open jobs of a group, page by page. Nothing is concluded from a job that is not listed. */
export async function readByList(
  run: SweepRun,
  token: string,
  bucket: Bucket,
  group: Group,
  claimed: readonly ClaimedWatch[],
  maxPages: number,
  keepLease: () => Promise<void>,
): Promise<ReadByList> {
  const unlisted = new Map(claimed.map((watch) => [watch.job_id, watch]));
  const ended = (complete: boolean, pages: number) => ({
    listed: claimed.length - unlisted.size,
    unlisted: [...unlisted.values()],
    complete,
    pages,
  });
  const query = {
    tag: group.tag,
    queueId: group.queue_id,
    states: OPEN_STATES.join(','),
    orderByTime: 'Asc',
  } as const;
  let pages = 0;
  try {
    for await (const { jobs, sentAtMs, isLast } of listPages(run, bucket, query)) {
      pages += 1;
      await noteAnswer(run, token, jobs, sentAtMs);
      for (const job of jobs) unlisted.delete(job.JobId);
      await keepLease();
      if (!isLast && (pages >= maxPages || run.clock.now() >= run.deadlineMs)) return ended(false, pages + 1);
    }
    return ended(true, pages);
  } catch (error) {
    if (!(error instanceof CiError) || !spoilsOnlyTheList(error)) throw error;
    run.log.warn('jobs could not be listed', {
      code: error.code,
      reason: error.message,
      ...group,
      ciRequestId: error.requestId,
    });
    // The others are read by id, now and, since the listing counts as too long, next time.
    return ended(false, maxPages + 1);
  }
}

/** One job spoils its page, or CI lists none of this queue: by id the others can be read all the same. */
function spoilsOnlyTheList(error: CiError): boolean {
  return isSpoiled(error) || error.kind === 'not-set-up';
}
