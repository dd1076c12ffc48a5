import { getRetries } from '../../objects/order-retries.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { getRetriesRoute } from '../routes/retries.ts';

export function readRetries({ store }: Instance): Handler[] {
  return [
    storeHandler(getRetriesRoute, store, async ({ params: { id } }, { transaction }) =>
      found('order', id, await transaction((sql) => getRetries(sql, id))),
    ),
  ];
}
