import type { Route } from '../route.ts';
import { getDocumentRoute, getHealthRoute, getIndexRoute, getProblemsRoute } from './about.ts';
import { enableEndpointRoute, listDeliveriesRoute, retryDeliveryRoute } from './deliveries.ts';
import { cancelJobsRoute, createJobsRoute, describeJobsRoute, listJobsRoute } from './jobs.ts';
import { getOverviewRoute } from './overview.ts';
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
  getOverviewRoute,
  listDeliveriesRoute,
  retryDeliveryRoute,
  enableEndpointRoute,
  getIndexRoute,
  getProblemsRoute,
  getDocumentRoute,
  getHealthRoute,
];
