import type { Bucket } from '../../ci/bucket.ts';
import type { ListQuery } from '../../ci/client/create-client.ts';
import type { Job, UnreadableJob } from '../../ci/job.ts';
import { askCi } from '../../throttle/ask-ci.ts';
import type { Run } from '../../throttle/run.ts';
import { JOBS_PER_PAGE } from './plan.ts';

export interface ListedPage {
  readonly jobs: readonly Job[];
  /** listed too; nothing may be concluded from their absence */
  readonly unreadable: readonly UnreadableJob[];
  /** when the request left, in unix milliseconds by the database's clock */
  readonly sentAtMs: number;
  readonly isLast: boolean;
}

/** CI's list, page by page, each asked for when the one before has been dealt with. */
export async function* listPages(
  run: Run,
  bucket: Bucket,
  query: Omit<ListQuery, 'size' | 'nextToken'>,
): AsyncGenerator<ListedPage, void> {
  let nextToken = '';
  let pages = 0;
  let firstMs = 0;
  let paceMs: number | undefined;
  do {
    const asked = { ...query, size: String(JOBS_PER_PAGE), ...(nextToken === '' ? {} : { nextToken }) };
    const { answer, sentAtMs } = await askCi(run, bucket, (call) => run.ci.listJobs(bucket, asked, call), {
      paceMs,
    });
    if (pages === 0) firstMs = sentAtMs;
    else paceMs = (sentAtMs - firstMs) / pages;
    pages += 1;
    // A service that hands out the same token again would be asked for ever.
    nextToken = answer.NextToken === nextToken ? '' : answer.NextToken;
    const { JobsDetail: jobs, unreadable = [] } = answer;
    yield { jobs, unreadable, sentAtMs, isLast: nextToken === '' };
  } while (nextToken !== '');
}
