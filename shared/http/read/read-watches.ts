import { deliveriesOf } from '../../notify/list-deliveries.ts';
import { renditionsBeside } from '../../objects/renditions/told-renditions.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { getWatch } from '../../watch/get-watch.ts';
import { listWatches } from '../../watch/lists/list-watches.ts';
import { found } from '../found.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { getWatchRoute, listWatchesRoute } from '../routes/watches.ts';

export function readWatches({ store }: Instance): Handler[] {
  return [
    storeHandler(listWatchesRoute, store, async ({ query }, { transaction }) =>
      jsonAnswer(200, await transaction((sql) => listWatches(sql, query))),
    ),
    storeHandler(getWatchRoute, store, async ({ params: { id } }, { transaction }) => {
      const watch = await transaction(async (sql) => {
        const known = await getWatch(sql, id);
        if (known === undefined) return undefined;
        const [beside, Deliveries] = await Promise.all([renditionsBeside(sql, id), deliveriesOf(sql, id)]);
        return { ...known, ...beside, Deliveries };
      });
      return found('watch', id, watch);
    }),
  ];
}
