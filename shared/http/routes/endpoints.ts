import { endpointName, time } from '../parameters.ts';
import { route } from '../route.ts';

export const listEndpointsRoute = route({
  operationId: 'listEndpoints',
  method: 'GET',
  path: '/endpoints',
  summary: 'Who is told of events, and how that goes; never an address or a secret',
  caller: 'reader',
});

export const testEndpointRoute = route({
  operationId: 'testEndpoint',
  method: 'POST',
  path: '/endpoints/{name}/test',
  summary: 'Sends an event of its own to one endpoint; twice within ten seconds it is one',
  caller: 'writer',
  params: { name: endpointName },
});

export const recoverEndpointRoute = route({
  operationId: 'recoverEndpoint',
  method: 'POST',
  path: '/endpoints/{name}/recover',
  summary: 'Sends again, in order, what was made since then and is dead',
  caller: 'writer',
  params: { name: endpointName },
  query: { since: time },
});

export const enableEndpointRoute = route({
  operationId: 'enableEndpoint',
  method: 'POST',
  path: '/endpoints/{name}/enable',
  summary: 'Switches an endpoint on: what waits for it goes out',
  caller: 'writer',
  params: { name: endpointName },
});
