import { sendAgain } from '../../notify/send-again.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { actorOf } from '../actor-of.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { retryDeliveryRoute } from '../routes/deliveries.ts';
import { noted } from './noted.ts';

export function writeDeliveries({ store }: Instance): Handler[] {
  return [
    storeHandler(retryDeliveryRoute, store, async ({ params: { id }, raw }, store) => {
      const act = { by: actorOf(raw), act: 'delivery.retry', subject: id, result: 'sent again' };
      return found('delivery', id, await noted(store, act, (sql) => sendAgain(sql, id)), 202);
    }),
  ];
}
