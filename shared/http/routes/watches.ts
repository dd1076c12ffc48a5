import * as v from 'valibot';
import {
  bucket,
  intentId,
  jobId,
  MAX_JOB_IDS,
  page,
  ruleName,
  textParameter,
  wordParameter,
} from '../parameters.ts';
import { route } from '../route.ts';

export const listWatchesRoute = route({
  operationId: 'listWatches',
  method: 'GET',
  path: '/watches',
  summary: 'Watches and submissions without a job, the newest first',
  caller: 'reader',
  query: {
    state: v.exactOptional(textParameter(/^[A-Za-z]{1,64}$/, 'a state such as Running, or Pending')),
    outcome: v.exactOptional(wordParameter(['Success', 'Failed', 'Cancel', 'Missing'])),
    rule: v.exactOptional(ruleName),
    intent: v.exactOptional(intentId),
    ...page,
  },
});

export const getWatchRoute = route({
  operationId: 'getWatch',
  method: 'GET',
  path: '/watches/{id}',
  summary: 'One watch with its job, its history and its deliveries',
  caller: 'reader',
  params: { id: jobId },
});

const listOfIds = `a list of 1 to ${MAX_JOB_IDS} job ids`;

export const addWatchesRoute = route({
  operationId: 'addWatches',
  method: 'POST',
  path: '/watches',
  summary: 'Watches jobs that somebody else submitted',
  caller: 'writer',
  query: bucket,
  body: {
    kind: 'json',
    schema: v.strictObject({
      JobIds: v.pipe(
        v.array(jobId, listOfIds),
        v.minLength(1, listOfIds),
        v.maxLength(MAX_JOB_IDS, listOfIds),
      ),
    }),
  },
});
