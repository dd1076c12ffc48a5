import type * as v from 'valibot';
import {
  actPage,
  addedWatches,
  backfill,
  createdJobs,
  delivery,
  deliveryPage,
  endpointPage,
  endpointState,
  endpointTest,
  health,
  index,
  jobs,
  jobsPage,
  openApi,
  ordered,
  orderedBackfill,
  orderedRetries,
  overview,
  previewPage,
  previews,
  problemTexts,
  recovery,
  retries,
  rule,
  rules,
  uploadPlace,
  watchPage,
  wholeWatch,
} from './documents.ts';
import { feedPage } from './events.ts';

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
  getPreview: {
    status: 200,
    schema: previews,
    description: 'addresses that hold for minutes; null for what may not be shown, or is not written',
  },
  listPreviews: {
    status: 200,
    schema: previewPage,
    description: 'the same for several, without those that nobody watches',
  },
  createUpload: { status: 201, schema: uploadPlace, description: 'where to, and with which headers' },
  retryJob: {
    status: 202,
    schema: ordered,
    description: 'the submission: `GET /watches?intent=` finds its job',
  },
  orderRetries: {
    status: 202,
    schema: orderedRetries,
    description: 'how many jobs they are; Id is null for a dry run, which orders nothing',
  },
  getRetries: {
    status: 200,
    schema: retries,
    description: 'Done were submitted once more, Failed could not be, or need not be any more',
  },
  orderBackfill: { status: 202, schema: orderedBackfill, description: 'recheck begins with it' },
  getBackfill: {
    status: 200,
    schema: backfill,
    description:
      'Listed objects, of them Caught by the rule, of them Known in this version, Submitted (of a dry run: that would be) and Left in line',
  },
  cancelBackfill: { status: 200, schema: backfill, description: 'how far it came' },
  cancelSubmission: { status: 204, description: 'it is not posted' },
  listRules: { status: 200, schema: rules, description: 'in the order of the configuration' },
  changeRule: { status: 200, schema: rule, description: 'the rule' },
  listActs: { status: 200, schema: actPage, description: 'a page; NextCursor is empty on the last' },
  getOverview: { status: 200, schema: overview, description: 'how everything stands' },
  listDeliveries: {
    status: 200,
    schema: deliveryPage,
    description: 'a page; NextCursor is empty on the last',
  },
  retryDelivery: { status: 202, schema: delivery, description: 'it goes out again' },
  enableEndpoint: { status: 202, schema: endpointState, description: 'it is on' },
  listEvents: {
    status: 200,
    schema: feedPage,
    description: 'CloudEvents, the oldest first; Next is what to ask after, and stays while nothing comes',
  },
  listEndpoints: { status: 200, schema: endpointPage, description: 'the endpoints' },
  testEndpoint: { status: 202, schema: endpointTest, description: 'it is sent' },
  recoverEndpoint: { status: 202, schema: recovery, description: 'how many go out again' },
  getIndex: { status: 200, schema: index, description: 'name, version and links', html: true },
  getProblems: { status: 200, schema: problemTexts, description: 'every code', html: true },
  getDocument: { status: 200, schema: openApi, description: 'OpenAPI 3.1' },
  getHealth: { status: 200, schema: health, description: 'well' },
};
