import type { Route } from '../route.ts';
import { getDocument, getHealth, getIndex, getProblems } from './about.ts';
import { enableEndpoint, listDeliveries, retryDelivery } from './deliveries.ts';
import { cancelJobs, createJobs, describeJobs, listJobs } from './jobs.ts';
import { addWatches, getWatch, listWatches } from './watches.ts';

/** Every route of the API, as its document lists them. */
export const ROUTES: readonly Route[] = [
  describeJobs,
  listJobs,
  createJobs,
  cancelJobs,
  listWatches,
  getWatch,
  addWatches,
  listDeliveries,
  retryDelivery,
  enableEndpoint,
  getIndex,
  getProblems,
  getDocument,
  getHealth,
];
