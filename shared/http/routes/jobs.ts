import * as v from 'valibot';
import { jobRequestForm } from '../../ci/job-request.ts';
import { bucket, ciList, idempotencyKey, jobIds, wait } from '../parameters.ts';
import { route } from '../route.ts';

export const describeJobsRoute = route({
  operationId: 'describeJobs',
  method: 'GET',
  path: '/jobs/{ids}',
  summary:
    'What up to 100 jobs are doing, in the order asked; with `wait` once all have ended, or when the time is up',
  caller: 'reader',
  params: { ids: jobIds },
  query: { ...bucket, wait: v.optional(wait, '0') },
});

export const listJobsRoute = route({
  operationId: 'listJobs',
  method: 'GET',
  path: '/jobs',
  summary: 'A page of CI’s own list of jobs',
  caller: 'reader',
  query: { ...bucket, ...ciList },
});

export const createJobsRoute = route({
  operationId: 'createJobs',
  method: 'POST',
  path: '/jobs',
  summary:
    'Submits one job for each Operation, and watches them; with an Idempotency-Key once, however often it is sent',
  caller: 'writer',
  query: bucket,
  headers: { 'Idempotency-Key': idempotencyKey },
  body: { kind: 'ci', schema: jobRequestForm },
});

export const cancelJobsRoute = route({
  operationId: 'cancelJobs',
  method: 'PUT',
  path: '/jobs/{ids}',
  summary: 'Cancels jobs that have not begun',
  caller: 'writer',
  params: { ids: jobIds },
  query: bucket,
  flag: 'cancel',
});
