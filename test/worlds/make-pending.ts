import { randomUUID } from 'node:crypto';
import { CiError } from '../../shared/ci/ci-error.ts';
import { openStore } from '../../shared/store/store.ts';
import { postLater } from '../../shared/submit/intents/after-post.ts';
import { insertPosting } from '../../shared/submit/intents/insert.ts';
import { operation, SETTLE_SECONDS, type World } from './submit-world.ts';
import { BUCKET, REGION } from './test-cloud.ts';

const THROTTLED = new CiError({
  kind: 'retryable',
  code: 'QueueSaturated',
  message: 'the queue is full',
  withoutEffect: true,
});
/** Intents that wait to be posted, as an object event leaves them when CI throttles. */
export async function makePending(world: World, count: number): Promise<string[]> {
  const store = openStore(world.databaseUrl, Date.now);
  const ids: string[] = [];
  for (let number = 0; number < count; number += 1) {
    await store.transaction(async (sql) => {
      const intent = await insertPosting(sql, {
        id: randomUUID(),
        intent: {
          bucket: { name: BUCKET, region: REGION },
          request: {
            Tag: 'Animation',
            Input: { Object: `clips/${number}.mp4` },
            Operation: [operation(`clip ${number}`)],
          },
          source: 'object',
          rule: '',
        },
        times: { postMs: 1000, lookAfterSeconds: SETTLE_SECONDS },
      });
      await postLater(sql, intent, THROTTLED, { delayMs: 8000 });
      ids.push(intent.id);
    });
  }
  await store.close();
  return ids;
}
