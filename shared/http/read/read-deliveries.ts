import { listDeliveries } from '../../notify/list-deliveries.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { listDeliveriesRoute } from '../routes/deliveries.ts';

export function readDeliveries({ store }: Instance): Handler[] {
  return [
    storeHandler(listDeliveriesRoute, store, async ({ query }, { transaction }) =>
      jsonAnswer(200, await transaction((sql) => listDeliveries(sql, query))),
    ),
  ];
}
