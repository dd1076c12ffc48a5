import { createClient } from '../shared/ci/client/create-client.ts';
import { waitForJobs } from '../shared/ci/wait-for-jobs.ts';
import { systemClock } from '../shared/clock.ts';
import { readConfig } from '../shared/config.ts';
import { readCredentials } from '../shared/credentials.ts';
import { jsonAnswer } from '../shared/scf/http/http-answer.ts';
import { httpFunction } from '../shared/scf/http/http-function.ts';
import {
  BUCKET_PARAMETERS,
  bucketOf,
  jobIdsOf,
  LIST_PARAMETERS,
  listQueryOf,
  waitMsOf,
} from '../shared/scf/http/job-parameters.ts';
import { jobsAnswer, pageAnswer } from '../shared/scf/http/jobs-answer.ts';
import { noStore } from '../shared/scf/http/no-store.ts';
import { readQuery } from '../shared/scf/http/read-query.ts';
import type { Route } from '../shared/scf/http/router.ts';

const clock = systemClock;
const config = readConfig(process.env);
const ci = createClient({
  ...clock,
  endpoint: config.ciEndpoint,
  timeoutMs: config.ciTimeoutMs,
  credentials: () => readCredentials(process.env),
});

const routes: Route[] = [
  {
    method: 'GET',
    path: '/jobs/{ids}',
    async handle(request, { call }) {
      const ids = jobIdsOf(request);
      const query = readQuery(request, [...BUCKET_PARAMETERS, 'wait']);
      const bucket = bucketOf(query, config.buckets);
      const jobs = await waitForJobs(ci, bucket, ids, { ...call, ...clock, waitMs: waitMsOf(query) });
      return jobsAnswer(request, jobs);
    },
  },
  {
    method: 'GET',
    path: '/jobs',
    async handle(request, { call }) {
      const query = readQuery(request, [...BUCKET_PARAMETERS, ...LIST_PARAMETERS]);
      const page = await ci.listJobs(bucketOf(query, config.buckets), listQueryOf(query), call);
      return pageAnswer(request, page);
    },
  },
  { method: 'GET', path: '/watches', handle: noStore },
  { method: 'GET', path: '/watches/{id}', handle: noStore },
  { method: 'GET', path: '/deliveries', handle: noStore },
  // Without a store there is nothing that could be unwell: the configuration was checked when this instance started.
  { method: 'GET', path: '/healthz', open: true, handle: () => jsonAnswer(200, { status: 'ok' }) },
];

/** HTTP: what one or many jobs are doing, in JSON or CI's own XML. */
export const main_handler = httpFunction(routes, config, clock);
