import * as v from 'valibot';
import { documentedOperation } from '../../ci/job-request.ts';
import { idempotencyKey, jobId } from '../parameters.ts';
import { route } from '../route.ts';

export const retryJobRoute = route({
  operationId: 'retryJob',
  method: 'POST',
  path: '/jobs/{id}/retry',
  summary: 'Submits once more what ended Failed, Cancel or Missing; the body may hold another Operation',
  caller: 'writer',
  params: { id: jobId },
  headers: { 'idempotency-key': idempotencyKey },
  body: {
    kind: 'ci',
    schema: v.object({ Operation: v.optional(documentedOperation) }),
    isOptional: true,
  },
});
