import { getBackfill } from '../../objects/backfill/order.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { getBackfillRoute } from '../routes/backfills.ts';

export function readBackfills({ store }: Instance): Handler[] {
  return [
    storeHandler(getBackfillRoute, store, async ({ params: { id } }, { transaction }) =>
      found('backfill', id, await transaction((sql) => getBackfill(sql, id))),
    ),
  ];
}
