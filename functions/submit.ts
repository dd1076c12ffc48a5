import { createClient } from '../shared/ci/client/create-client.ts';
import { parseJobRequest } from '../shared/ci/job-request.ts';
import { systemClock } from '../shared/clock.ts';
import { readConfig } from '../shared/config.ts';
import { readCredentials } from '../shared/credentials.ts';
import { answer } from '../shared/scf/http/http-answer.ts';
import { httpFunction } from '../shared/scf/http/http-function.ts';
import { BUCKET_PARAMETERS, bucketOf, cancelIsNamed, jobIdsOf } from '../shared/scf/http/job-parameters.ts';
import { createdAnswer } from '../shared/scf/http/jobs-answer.ts';
import { noStore } from '../shared/scf/http/no-store.ts';
import { outcomeUnknown } from '../shared/scf/http/outcome-unknown.ts';
import { readBody } from '../shared/scf/http/read-body.ts';
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
    method: 'POST',
    path: '/jobs',
    async handle(request, { call }) {
      // An answer can be repeated under its key only by a store that remembers it.
      if (request.headers['idempotency-key'] !== undefined) return noStore();
      const bucket = bucketOf(readQuery(request, BUCKET_PARAMETERS), config.buckets);
      const job = parseJobRequest(readBody(request));
      return createdAnswer(request, await ci.createJobs(bucket, job, call).catch(outcomeUnknown));
    },
  },
  {
    method: 'PUT',
    path: '/jobs/{ids}',
    async handle(request, { call }) {
      const ids = jobIdsOf(request);
      const query = readQuery(request, [...BUCKET_PARAMETERS, 'cancel']);
      cancelIsNamed(request);
      await ci.cancelJobs(bucketOf(query, config.buckets), ids, call);
      return answer(204);
    },
  },
  { method: 'POST', path: '/watches', handle: noStore },
  { method: 'POST', path: '/deliveries/{id}/retry', handle: noStore },
  { method: 'POST', path: '/endpoints/{name}/enable', handle: noStore },
];

/** HTTP: submits jobs and cancels them. */
export const main_handler = httpFunction(routes, config, clock);
