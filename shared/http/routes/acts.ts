import { page } from '../parameters.ts';
import { route } from '../route.ts';

export const listActsRoute = route({
  operationId: 'listActs',
  method: 'GET',
  path: '/acts',
  summary: 'Who did what, when, on what, with what result; the newest first',
  caller: 'reader',
  query: page,
});
