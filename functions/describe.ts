import { waitForJobs } from '../shared/ci/wait-for-jobs.ts';
import { DELIVERY_PARAMETERS, deliveryFilterOf } from '../shared/http/delivery-parameters.ts';
import { found } from '../shared/http/found.ts';
import { jsonAnswer } from '../shared/http/http-answer.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import {
  BUCKET_PARAMETERS,
  bucketOf,
  jobIdOf,
  jobIdsOf,
  LIST_PARAMETERS,
  listQueryOf,
  waitMsOf,
} from '../shared/http/job-parameters.ts';
import { jobsAnswer, pageAnswer } from '../shared/http/jobs-answer.ts';
import { readQuery } from '../shared/http/read-query.ts';
import type { Route } from '../shared/http/router.ts';
import { storeRoute } from '../shared/http/store-route.ts';
import { WATCH_PARAMETERS, watchFilterOf } from '../shared/http/watch-parameters.ts';
import { deliveriesOf, listDeliveries } from '../shared/notify/list-deliveries.ts';
import { createInstance } from '../shared/scf/create-instance.ts';
import { getWatch } from '../shared/watch/get-watch.ts';
import { listWatches } from '../shared/watch/list-watches.ts';
import { observeInPassing } from '../shared/watch/observe-in-passing.ts';
import { readHealth } from '../shared/watch/read-health.ts';

// `store` is needed by the routes about watches only: what CI says is told with or without it.
const { clock, config, ci, store } = createInstance(process.env);

const routes: Route[] = [
  {
    method: 'GET',
    path: '/jobs/{ids}',
    async handle(request, { call, log }) {
      const ids = jobIdsOf(request);
      const query = readQuery(request, [...BUCKET_PARAMETERS, 'wait']);
      const bucket = bucketOf(query, config.buckets);
      const { jobs, sentAtMs } = await waitForJobs(ci, bucket, ids, {
        ...call,
        ...clock,
        waitMs: waitMsOf(query),
      });
      if (store) await observeInPassing({ store, log }, jobs.JobsDetail, sentAtMs);
      return jobsAnswer(request, jobs);
    },
  },
  {
    method: 'GET',
    path: '/jobs',
    async handle(request, { call }) {
      const query = readQuery(request, [...BUCKET_PARAMETERS, ...LIST_PARAMETERS]);
      return pageAnswer(
        request,
        await ci.listJobs(bucketOf(query, config.buckets), listQueryOf(query), call),
      );
    },
  },
  {
    method: 'GET',
    path: '/watches',
    handle: storeRoute(store, async (request, { transaction }) => {
      const filter = watchFilterOf(readQuery(request, WATCH_PARAMETERS));
      return jsonAnswer(200, await transaction((sql) => listWatches(sql, filter)));
    }),
  },
  {
    method: 'GET',
    path: '/watches/{id}',
    handle: storeRoute(store, async (request, { transaction }) => {
      const id = jobIdOf(request);
      const watch = await transaction(async (sql) => {
        const known = await getWatch(sql, id);
        return known && { ...known, Deliveries: await deliveriesOf(sql, id) };
      });
      return found('watch', id, watch);
    }),
  },
  {
    method: 'GET',
    path: '/deliveries',
    handle: storeRoute(store, async (request, { transaction }) => {
      const filter = deliveryFilterOf(readQuery(request, DELIVERY_PARAMETERS));
      return jsonAnswer(200, await transaction((sql) => listDeliveries(sql, filter)));
    }),
  },
  {
    method: 'GET',
    path: '/healthz',
    open: true,
    async handle() {
      return jsonAnswer(200, { status: 'ok', ...(store ? await store.transaction(readHealth) : {}) });
    },
  },
];

/** HTTP: what one or many jobs are doing, in JSON or CI's own XML. */
export const main_handler = httpFunction(routes, config, clock);
