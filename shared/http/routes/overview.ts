import * as v from 'valibot';
import { wordParameter } from '../parameters.ts';
import { route } from '../route.ts';

export const getOverviewRoute = route({
  operationId: 'getOverview',
  method: 'GET',
  path: '/overview',
  summary:
    'How everything stands: what is open, what ended in a window and how, what slows us down, what is off',
  caller: 'reader',
  query: { window: v.optional(wordParameter(['1h', '24h', '7d', '30d']), '24h') },
});
