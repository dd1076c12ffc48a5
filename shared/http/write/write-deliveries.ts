import { sendAgain } from '../../notify/send-again.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { retryDeliveryRoute } from '../routes/deliveries.ts';

export function writeDeliveries({ store }: Instance): Handler[] {
  return [
    storeHandler(retryDeliveryRoute, store, async ({ params: { id } }, { transaction }) =>
      found('delivery', id, await transaction((sql) => sendAgain(sql, id)), 202),
    ),
  ];
}
