import { waitForJobs } from '../../ci/wait-for-jobs.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { observeInPassing } from '../../watch/observe-in-passing.ts';
import { bucketOf } from '../bucket-of.ts';
import { type Handler, handler } from '../handler.ts';
import { jobsAnswer, pageAnswer } from '../jobs-answer.ts';
import { describeJobsRoute, listJobsRoute } from '../routes/jobs.ts';

/** What CI says of jobs, told with or without a store. */
export function readJobs({ ci, clock, config, store }: Instance): Handler[] {
  return [
    handler(describeJobsRoute, async ({ params, query, raw }, { call, log }) => {
      const bucket = bucketOf(query, config.buckets);
      const { jobs, sentAtMs } = await waitForJobs(ci, bucket, params.ids, {
        ...call,
        ...clock,
        waitMs: query.wait,
      });
      if (store) await observeInPassing({ store, log }, jobs.JobsDetail, sentAtMs);
      return jobsAnswer(raw, jobs);
    }),
    handler(listJobsRoute, async ({ query, raw }, { call }) => {
      const { bucket: _, region: __, ...list } = query;
      return pageAnswer(raw, await ci.listJobs(bucketOf(query, config.buckets), list, call));
    }),
  ];
}
