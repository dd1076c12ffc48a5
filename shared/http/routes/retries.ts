import * as v from 'valibot';
import { documentedOperation } from '../../ci/job-request.ts';
import { MAX_RETRIED } from '../../objects/order-retries.ts';
import { idempotencyKey, jobId, retryId } from '../parameters.ts';
import { route } from '../route.ts';
import { retryFilter } from './retry-filter.ts';

export const retryJobRoute = route({
  operationId: 'retryJob',
  method: 'POST',
  path: '/jobs/{id}/retry',
  summary: 'Submits once more what ended Failed, Cancel or Missing; the body may hold another Operation',
  caller: 'writer',
  params: { id: jobId },
  headers: { 'Idempotency-Key': idempotencyKey },
  body: {
    kind: 'ci',
    schema: v.object({ Operation: v.optional(documentedOperation) }),
    isOptional: true,
  },
});

const listOfIds = `a list of 1 to ${MAX_RETRIED} job ids`;

export const orderRetriesRoute = route({
  operationId: 'orderRetries',
  method: 'POST',
  path: '/retries',
  summary:
    'Submits once more what ended Failed, Cancel or Missing: the jobs that are named, or those that a filter lets through',
  caller: 'writer',
  body: {
    kind: 'json',
    schema: v.strictObject({
      Filter: v.exactOptional(retryFilter),
      JobIds: v.exactOptional(
        v.pipe(v.array(jobId, listOfIds), v.minLength(1, listOfIds), v.maxLength(MAX_RETRIED, listOfIds)),
      ),
      DryRun: v.optional(v.boolean('true or false'), false),
    }),
  },
});

export const getRetriesRoute = route({
  operationId: 'getRetries',
  method: 'GET',
  path: '/retries/{id}',
  summary: 'How far an order to submit again has come',
  caller: 'reader',
  params: { id: retryId },
});
