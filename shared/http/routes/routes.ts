import type { Route } from '../route.ts';
import { getDocumentRoute, getHealthRoute, getIndexRoute, getProblemsRoute } from './about.ts';
import { listDeliveriesRoute, retryDeliveryRoute } from './deliveries.ts';
import {
  enableEndpointRoute,
  listEndpointsRoute,
  recoverEndpointRoute,
  testEndpointRoute,
} from './endpoints.ts';
import { listEventsRoute } from './events.ts';
import { cancelJobsRoute, createJobsRoute, describeJobsRoute, listJobsRoute } from './jobs.ts';
import { addWatchesRoute, getWatchRoute, listWatchesRoute } from './watches.ts';

/** Every route of the API, as its document lists them. */
export const ROUTES: readonly Route[] = [
  describeJobsRoute,
  listJobsRoute,
  createJobsRoute,
  cancelJobsRoute,
  listWatchesRoute,
  getWatchRoute,
  addWatchesRoute,
  listDeliveriesRoute,
  retryDeliveryRoute,
  listEventsRoute,
  listEndpointsRoute,
  enableEndpointRoute,
  testEndpointRoute,
  recoverEndpointRoute,
  getIndexRoute,
  getProblemsRoute,
  getDocumentRoute,
  getHealthRoute,
];
