import { InvalidField, show } from '../ci/invalid-field.ts';
import type { HttpRequest } from './http-request.ts';
import { pageOf } from './page-parameters.ts';
import { segmentOf } from './path-segment.ts';

const STATES = ['pending', 'delivered', 'dead'];
const DELIVERY_ID = /^[\w.-]{1,200}$/;
const ENDPOINT = /^[a-z][a-z0-9-]{0,31}$/;

export const DELIVERY_PARAMETERS = ['state', 'endpoint', 'limit', 'cursor'] as const;

/** The parameters of `GET /deliveries`. @throws InvalidField */
export function deliveryFilterOf(query: Partial<Record<(typeof DELIVERY_PARAMETERS)[number], string>>) {
  const { state, endpoint } = query;
  if (state !== undefined && !STATES.includes(state)) {
    throw new InvalidField('state', `one of ${STATES.join(', ')}`, show(state));
  }
  if (endpoint !== undefined) checkEndpoint('endpoint', endpoint);
  return {
    ...pageOf(query),
    ...(state === undefined ? {} : { state }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

/** The id of `/deliveries/{id}/retry`. @throws InvalidField */
export function deliveryIdOf(request: HttpRequest): string {
  const id = segmentOf(request, 'id');
  if (!DELIVERY_ID.test(id)) throw new InvalidField('id', 'the Id of a delivery', show(id));
  return id;
}

/** The name of `/endpoints/{name}/enable`. @throws InvalidField */
export function endpointNameOf(request: HttpRequest): string {
  const name = segmentOf(request, 'name');
  checkEndpoint('name', name);
  return name;
}

function checkEndpoint(field: string, name: string): void {
  if (!ENDPOINT.test(name)) throw new InvalidField(field, 'the name of an endpoint', show(name));
}
