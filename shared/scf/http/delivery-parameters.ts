import { InvalidField, show } from '../../ci/invalid-field.ts';
import { pageOf } from './page-parameters.ts';

const STATES = ['pending', 'delivered', 'dead'];

export const DELIVERY_PARAMETERS = ['state', 'endpoint', 'limit', 'cursor'] as const;

/** The parameters of `GET /deliveries`. Throws InvalidField. */
export function deliveryFilterOf(query: Partial<Record<(typeof DELIVERY_PARAMETERS)[number], string>>) {
  const { state, endpoint } = query;
  if (state !== undefined && !STATES.includes(state)) {
    throw new InvalidField('state', `one of ${STATES.join(', ')}`, show(state));
  }
  if (endpoint !== undefined && !/^[a-z][a-z0-9-]{0,31}$/.test(endpoint)) {
    throw new InvalidField('endpoint', 'the name of an endpoint', show(endpoint));
  }
  return {
    ...pageOf(query),
    ...(state === undefined ? {} : { state }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}
