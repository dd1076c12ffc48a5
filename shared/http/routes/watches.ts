import * as v from 'valibot';
import {
  bucket,
  bucketName,
  codes,
  intentId,
  jobId,
  jobTag,
  keyOrPrefix,
  MAX_JOB_IDS,
  page,
  ruleName,
  states,
  time,
  trueOrFalse,
  wordListParameter,
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
    state: v.exactOptional(states),
    outcome: v.exactOptional(wordListParameter(['Success', 'Failed', 'Cancel', 'Missing'])),
    code: v.exactOptional(codes),
    open: v.exactOptional(trueOrFalse),
    rule: v.exactOptional(ruleName),
    bucket: v.exactOptional(bucketName),
    tag: v.exactOptional(jobTag),
    since: v.exactOptional(time),
    until: v.exactOptional(time),
    input: v.exactOptional(keyOrPrefix),
    output: v.exactOptional(keyOrPrefix),
    intent: v.exactOptional(intentId),
    order: v.optional(wordParameter(['desc', 'asc']), 'desc'),
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
