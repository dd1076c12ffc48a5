import { parseJobRequest } from '../shared/ci/job-request.ts';
import { deliveryIdOf, endpointNameOf } from '../shared/http/delivery-parameters.ts';
import { found } from '../shared/http/found.ts';
import { answer, jsonAnswer } from '../shared/http/http-answer.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import {
  BUCKET_PARAMETERS,
  bucketOf,
  cancelIsNamed,
  jobIdsOf,
  MAX_JOB_IDS,
} from '../shared/http/job-parameters.ts';
import { createdAnswer } from '../shared/http/jobs-answer.ts';
import { readBody } from '../shared/http/read-body.ts';
import { readQuery } from '../shared/http/read-query.ts';
import type { Route } from '../shared/http/router.ts';
import { storeRoute } from '../shared/http/store-route.ts';
import { keyConflict, keyInFlight, outcomeUnknown } from '../shared/http/submission-problem.ts';
import { idempotencyKeyOf, watchedIdsOf } from '../shared/http/watch-parameters.ts';
import { enableEndpoint } from '../shared/notify/endpoints.ts';
import { sendAgain } from '../shared/notify/send-again.ts';
import { createInstance } from '../shared/scf/create-instance.ts';
import { inBatches } from '../shared/store/in-batches.ts';
import { callbackAddress, withCallback } from '../shared/submit/callback-address.ts';
import { submitNow } from '../shared/submit/submit-now.ts';
import { addWatches } from '../shared/watch/add-watches.ts';
import { getWatches } from '../shared/watch/get-watch.ts';
import { observeCanceled } from '../shared/watch/observe-canceled.ts';

const { clock, config, ci, store } = createInstance(process.env);
const callback = callbackAddress(config.callbackUrl, config.callbackToken);

const routes: Route[] = [
  {
    method: 'POST',
    path: '/jobs',
    handle: storeRoute(store, async (request, store, { call }) => {
      const key = idempotencyKeyOf(request);
      const bucket = bucketOf(readQuery(request, BUCKET_PARAMETERS), config.buckets);
      const job = withCallback(parseJobRequest(readBody(request)), callback);
      const submitter = { store, ci, nowMs: clock.now, lookAfterSeconds: config.submitSettleSeconds };
      const submission = await submitNow(submitter, bucket, job, key, call);
      switch (submission.outcome) {
        case 'submitted':
        case 'repeated':
          return createdAnswer(request, submission.jobs);
        case 'refused':
          throw submission.error;
        case 'unknown':
          throw outcomeUnknown(submission.intentId, submission.error.message);
        case 'conflict':
          throw keyConflict();
        case 'in-flight':
          throw keyInFlight();
      }
    }),
  },
  {
    method: 'PUT',
    path: '/jobs/{ids}',
    async handle(request, { call, log }) {
      const ids = jobIdsOf(request);
      const query = readQuery(request, [...BUCKET_PARAMETERS, 'cancel']);
      cancelIsNamed(request);
      const bucket = bucketOf(query, config.buckets);
      await ci.cancelJobs(bucket, ids, call);
      if (store) await observeCanceled({ store, ci, log, clock }, bucket, ids, call);
      return answer(204);
    },
  },
  {
    method: 'POST',
    path: '/watches',
    handle: storeRoute(store, async (request, { transaction }) => {
      const { name, region } = bucketOf(readQuery(request, BUCKET_PARAMETERS), config.buckets);
      const ids = watchedIdsOf(readBody(request));
      const added = await inBatches(ids, MAX_JOB_IDS, (batch) =>
        transaction(async (sql) => {
          await addWatches(
            sql,
            batch.map((jobId) => ({ jobId, bucket: name, region, source: 'submit' })),
          );
          return await getWatches(sql, batch);
        }),
      );
      return jsonAnswer(202, { Watches: added.flat() });
    }),
  },
  {
    method: 'POST',
    path: '/deliveries/{id}/retry',
    handle: storeRoute(store, async (request, { transaction }) => {
      const id = deliveryIdOf(request);
      return found('delivery', id, await transaction((sql) => sendAgain(sql, id)), 202);
    }),
  },
  {
    method: 'POST',
    path: '/endpoints/{name}/enable',
    handle: storeRoute(store, async (request, { transaction }) => {
      const name = endpointNameOf(request);
      return found('endpoint', name, await transaction((sql) => enableEndpoint(sql, name)), 202);
    }),
  },
];

/** HTTP: submits jobs, cancels them, and watches those that somebody else submitted. */
export const main_handler = httpFunction(routes, config, clock);
