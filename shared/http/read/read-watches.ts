import { deliveriesOf } from '../../notify/list-deliveries.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { getWatch as selectWatch } from '../../watch/get-watch.ts';
import { listWatches as selectWatches } from '../../watch/list-watches.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { getWatch, listWatches } from '../routes/watches.ts';

export function readWatches({ store }: Instance): Handler[] {
  return [
    storeHandler(listWatches, store, async ({ query }, { transaction }) =>
      jsonAnswer(200, await transaction((sql) => selectWatches(sql, query))),
    ),
    storeHandler(getWatch, store, async ({ params: { id } }, { transaction }) => {
      const watch = await transaction(async (sql) => {
        const known = await selectWatch(sql, id);
        return known && { ...known, Deliveries: await deliveriesOf(sql, id) };
      });
      return found('watch', id, watch);
    }),
  ];
}
