import type * as v from 'valibot';
import {
  addedWatches,
  createdJobs,
  delivery,
  deliveryPage,
  endpointState,
  health,
  index,
  jobs,
  jobsPage,
  openApi,
  overview,
  problemTexts,
  watchPage,
  wholeWatch,
} from './documents.ts';

/** What a route answers when all is well; everything else is a problem. */
export interface DocumentedAnswer {
  readonly status: 200 | 201 | 202 | 204;
  /** absent: no body */
  readonly schema?: v.GenericSchema;
  readonly description: string;
  /** other statuses with the same body */
  readonly also?: Readonly<Record<number, string>>;
  /** CI's own document, for who accepts application/xml */
  readonly xml?: boolean;
  /** a page, for who accepts text/html by name */
  readonly html?: boolean;
}

/** By the operationId of their routes: a test holds that none is missing and none too many. */
export const ANSWERS: Readonly<Record<string, DocumentedAnswer>> = {
  describeJobs: {
    status: 200,
    schema: jobs,
    description: 'the jobs, in the order asked',
    also: { 404: 'none of them exists' },
    xml: true,
  },
  listJobs: {
    status: 200,
    schema: jobsPage,
    description: 'a page; NextToken is empty on the last',
    xml: true,
  },
  createJobs: {
    status: 201,
    schema: createdJobs,
    description: 'the jobs, one for each Operation',
    xml: true,
  },
  cancelJobs: { status: 204, description: 'canceled' },
  listWatches: { status: 200, schema: watchPage, description: 'a page; NextCursor is empty on the last' },
  getWatch: { status: 200, schema: wholeWatch, description: 'the watch' },
  addWatches: { status: 202, schema: addedWatches, description: 'the watches' },
  getOverview: { status: 200, schema: overview, description: 'how everything stands' },
  listDeliveries: {
    status: 200,
    schema: deliveryPage,
    description: 'a page; NextCursor is empty on the last',
  },
  retryDelivery: { status: 202, schema: delivery, description: 'it goes out again' },
  enableEndpoint: { status: 202, schema: endpointState, description: 'it is on' },
  getIndex: { status: 200, schema: index, description: 'name, version and links', html: true },
  getProblems: { status: 200, schema: problemTexts, description: 'every code', html: true },
  getDocument: { status: 200, schema: openApi, description: 'OpenAPI 3.1' },
  getHealth: { status: 200, schema: health, description: 'well' },
};
