import type { Instance } from '../../scf/create-instance.ts';
import { inBatches } from '../../store/in-batches.ts';
import { addWatches } from '../../watch/add-watches.ts';
import { getWatches } from '../../watch/get-watch.ts';
import { bucketOf } from '../bucket-of.ts';
import { type Handler, storeHandler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { MAX_JOB_IDS } from '../parameters.ts';
import { addWatchesRoute } from '../routes/watches.ts';

export function writeWatches({ config, store }: Instance): Handler[] {
  return [
    storeHandler(addWatchesRoute, store, async ({ query, body }, { transaction }) => {
      const { name, region } = bucketOf(query, config.buckets);
      const added = await inBatches([...new Set(body.JobIds)], MAX_JOB_IDS, (batch) =>
        transaction(async (sql) => {
          await addWatches(
            sql,
            batch.map((jobId) => ({ jobId, bucket: name, region, source: 'submit' })),
          );
          return await getWatches(sql, batch);
        }),
      );
      return jsonAnswer(202, { Watches: added.flat() });
    }),
  ];
}
