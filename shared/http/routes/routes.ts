import type { Route } from '../route.ts';
import { getDocumentRoute, getHealthRoute, getIndexRoute, getProblemsRoute } from './about.ts';
import { listActsRoute } from './acts.ts';
import { cancelBackfillRoute, getBackfillRoute, orderBackfillRoute } from './backfills.ts';
import { listDeliveriesRoute, retryDeliveryRoute } from './deliveries.ts';
import {
  enableEndpointRoute,
  listEndpointsRoute,
  recoverEndpointRoute,
  testEndpointRoute,
} from './endpoints.ts';
import { listEventsRoute } from './events.ts';
import { cancelSubmissionRoute } from './intents.ts';
import { cancelJobsRoute, createJobsRoute, describeJobsRoute, listJobsRoute } from './jobs.ts';
import { getOverviewRoute } from './overview.ts';
import { getPreviewRoute, listPreviewsRoute } from './previews.ts';
import { getRetriesRoute, orderRetriesRoute, retryJobRoute } from './retries.ts';
import { changeRuleRoute, listRulesRoute } from './rules.ts';
import { createUploadRoute } from './uploads.ts';
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
  getPreviewRoute,
  listPreviewsRoute,
  createUploadRoute,
  retryJobRoute,
  orderRetriesRoute,
  getRetriesRoute,
  orderBackfillRoute,
  getBackfillRoute,
  cancelBackfillRoute,
  cancelSubmissionRoute,
  listRulesRoute,
  changeRuleRoute,
  listActsRoute,
  getOverviewRoute,
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
