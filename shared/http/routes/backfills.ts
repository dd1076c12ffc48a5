import * as v from 'valibot';
import { backfillId, ruleName, time } from '../parameters.ts';
import { route } from '../route.ts';

const prefix = 'how keys begin, below the prefix of the rule';

export const orderBackfillRoute = route({
  operationId: 'orderBackfill',
  method: 'POST',
  path: '/backfills',
  summary: 'Submits what lies below the prefix of a rule already, each version once; a dry run counts it',
  caller: 'writer',
  body: {
    kind: 'json',
    schema: v.strictObject({
      Rule: ruleName,
      Prefix: v.exactOptional(v.pipe(v.string(prefix), v.maxLength(850, prefix))),
      ModifiedSince: v.exactOptional(time),
      ModifiedUntil: v.exactOptional(time),
      DryRun: v.optional(v.boolean('true or false'), false),
    }),
  },
});

export const getBackfillRoute = route({
  operationId: 'getBackfill',
  method: 'GET',
  path: '/backfills/{id}',
  summary: 'How far a backfill has come',
  caller: 'reader',
  params: { id: backfillId },
});

export const cancelBackfillRoute = route({
  operationId: 'cancelBackfill',
  method: 'PUT',
  path: '/backfills/{id}',
  summary: 'Ends a backfill where it is; what stands in line already is still submitted',
  caller: 'writer',
  params: { id: backfillId },
  flag: 'cancel',
});
