import { enableEndpoint } from '../../notify/endpoints.ts';
import { orderRecovery } from '../../notify/recover-deliveries.ts';
import { testEndpoint } from '../../notify/test-endpoint.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { actorOf } from '../actor-of.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { enableEndpointRoute, recoverEndpointRoute, testEndpointRoute } from '../routes/endpoints.ts';
import { noted } from './noted.ts';

export function writeEndpoints({ store }: Instance): Handler[] {
  return [
    storeHandler(enableEndpointRoute, store, async ({ params: { name }, raw }, store) => {
      const act = { by: actorOf(raw), act: 'endpoint.enable', subject: name, result: 'on' };
      return found('endpoint', name, await noted(store, act, (sql) => enableEndpoint(sql, name)), 202);
    }),
    storeHandler(testEndpointRoute, store, async ({ params: { name }, raw }, store) => {
      const act = { by: actorOf(raw), act: 'endpoint.test', subject: name, result: 'ordered' };
      return found('endpoint', name, await noted(store, act, (sql) => testEndpoint(sql, name, act.by)), 202);
    }),
    storeHandler(recoverEndpointRoute, store, async ({ params: { name }, query: { since }, raw }, store) => {
      const act = {
        by: actorOf(raw),
        act: 'endpoint.recover',
        subject: name,
        detail: { since },
        result: 'ordered',
      };
      return found('endpoint', name, await noted(store, act, (sql) => orderRecovery(sql, name, since)), 202);
    }),
  ];
}
