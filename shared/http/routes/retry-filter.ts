import * as v from 'valibot';
import { listWatchesRoute } from './watches.ts';

// All filters of a list but what a page is made of, and what says of a job that ended badly nothing more.
const { state: _, open: __, order: ___, limit: ____, cursor: _____, ...filters } = listWatchesRoute.query;

/** The filters of `GET /watches`, as an object. */
export const retryFilter = v.strictObject(filters);
