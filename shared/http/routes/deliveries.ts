import * as v from 'valibot';
import { deliveryId, endpointName, page, wordParameter } from '../parameters.ts';
import { route } from '../route.ts';

export const listDeliveriesRoute = route({
  operationId: 'listDeliveries',
  method: 'GET',
  path: '/deliveries',
  summary: 'Events on their way to endpoints, the newest first',
  caller: 'reader',
  query: {
    state: v.exactOptional(wordParameter(['pending', 'delivered', 'dead'])),
    endpoint: v.exactOptional(endpointName),
    ...page,
  },
});

export const retryDeliveryRoute = route({
  operationId: 'retryDelivery',
  method: 'POST',
  path: '/deliveries/{id}/retry',
  summary: 'Sends a delivery again, whatever became of it',
  caller: 'writer',
  params: { id: deliveryId },
});
