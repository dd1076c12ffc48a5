import { enableEndpoint } from '../../notify/endpoints.ts';
import { orderRecovery } from '../../notify/recover-deliveries.ts';
import { testEndpoint } from '../../notify/test-endpoint.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { enableEndpointRoute, recoverEndpointRoute, testEndpointRoute } from '../routes/endpoints.ts';

export function writeEndpoints({ store }: Instance): Handler[] {
  return [
    storeHandler(enableEndpointRoute, store, async ({ params: { name } }, { transaction }) =>
      found('endpoint', name, await transaction((sql) => enableEndpoint(sql, name)), 202),
    ),
    storeHandler(testEndpointRoute, store, async ({ params: { name }, raw }, { transaction }) =>
      found('endpoint', name, await transaction((sql) => testEndpoint(sql, name, raw.by ?? '')), 202),
    ),
    storeHandler(recoverEndpointRoute, store, async ({ params: { name }, query }, { transaction }) =>
      found('endpoint', name, await transaction((sql) => orderRecovery(sql, name, query.since)), 202),
    ),
  ];
}
