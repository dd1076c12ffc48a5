import * as v from 'valibot';
import { deliveryId, endpointName, oneOf, page } from '../parameters.ts';
import { route } from '../route.ts';

export const listDeliveries = route({
  operationId: 'listDeliveries',
  method: 'GET',
  path: '/deliveries',
  summary: 'Events on their way to endpoints, the newest first',
  caller: 'reader',
  query: {
    state: v.exactOptional(oneOf(['pending', 'delivered', 'dead'])),
    endpoint: v.exactOptional(endpointName),
    ...page,
  },
});

export const retryDelivery = route({
  operationId: 'retryDelivery',
  method: 'POST',
  path: '/deliveries/{id}/retry',
  summary: 'Sends a delivery again, whatever became of it',
  caller: 'writer',
  params: { id: deliveryId },
});

export const enableEndpoint = route({
  operationId: 'enableEndpoint',
  method: 'POST',
  path: '/endpoints/{name}/enable',
  summary: 'Switches an endpoint on: what waits for it goes out',
  caller: 'writer',
  params: { name: endpointName },
});
