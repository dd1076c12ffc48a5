import type { Bucket } from '../../ci/bucket.ts';
import { CiError } from '../../ci/ci-error.ts';
import type { JobsPage } from '../../ci/job.ts';
import { OPEN_STATES } from '../../ci/job-state.ts';
import { JOBS_PER_PAGE } from '../plan.ts';
import type { ClaimedWatch, Group } from './claim.ts';
import { noteAnswer } from './note-answer.ts';
import { isSpoiled } from './read-by-id.ts';
import { askCi, type SweepRun } from './sweep-run.ts';

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
  let pages = 0;
  let nextToken = '';
  do {
    const page = await readPage(run, bucket, group, nextToken);
    // The others are read by id, now and, since the listing counts as too long, next time.
    if (page === undefined) return ended(false, maxPages + 1);
    pages += 1;
    await noteAnswer(run, token, page.answer.JobsDetail, page.sentAtMs);
    for (const job of page.answer.JobsDetail) unlisted.delete(job.JobId);
    await keepLease();
    // A service that hands out the same token again would be asked for ever.
    nextToken = page.answer.NextToken === nextToken ? '' : page.answer.NextToken;
  } while (nextToken !== '' && pages < maxPages && run.clock.now() < run.deadlineMs);
  return ended(nextToken === '', nextToken === '' ? pages : pages + 1);
}

/** One page; undefined when one job spoils it, or CI lists none of this queue. */
async function readPage(
  run: SweepRun,
  bucket: Bucket,
  group: Group,
  nextToken: string,
): Promise<{ answer: JobsPage; sentAtMs: number } | undefined> {
  const query = {
    tag: group.tag,
    queueId: group.queue_id,
    states: OPEN_STATES.join(','),
    size: String(JOBS_PER_PAGE),
    orderByTime: 'Asc' as const,
    ...(nextToken === '' ? {} : { nextToken }),
  };
  try {
    return await askCi(run, bucket, (call) => run.ci.listJobs(bucket, query, call));
  } catch (error) {
    if (!(error instanceof CiError) || !(isSpoiled(error) || error.kind === 'not-set-up')) throw error;
    run.log.warn('jobs could not be listed', {
      code: error.code,
      reason: error.message,
      ...group,
      ciRequestId: error.requestId,
    });
    return undefined;
  }
}
