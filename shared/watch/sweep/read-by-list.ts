import type { Bucket } from '../../ci/bucket.ts';
import { OPEN_STATES } from '../../ci/job-state.ts';
import { JOBS_PER_PAGE } from '../plan.ts';
import type { ClaimedWatch, Group } from './claim.ts';
import { noteAnswer } from './note-answer.ts';
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
  let pages = 0;
  let nextToken = '';
  do {
    const query = {
      tag: group.tag,
      queueId: group.queue_id,
      states: OPEN_STATES.join(','),
      size: String(JOBS_PER_PAGE),
      orderByTime: 'Asc' as const,
      ...(nextToken === '' ? {} : { nextToken }),
    };
    const { answer, sentAtMs } = await askCi(run, bucket, (call) => run.ci.listJobs(bucket, query, call));
    pages += 1;
    await noteAnswer(run, token, answer.JobsDetail, sentAtMs);
    for (const job of answer.JobsDetail) unlisted.delete(job.JobId);
    await keepLease();
    // A service that hands out the same token again would be asked for ever.
    nextToken = answer.NextToken === nextToken ? '' : answer.NextToken;
  } while (nextToken !== '' && pages < maxPages && run.clock.now() < run.deadlineMs);
  return {
    listed: claimed.length - unlisted.size,
    unlisted: [...unlisted.values()],
    complete: nextToken === '',
    pages: nextToken === '' ? pages : pages + 1,
  };
}
