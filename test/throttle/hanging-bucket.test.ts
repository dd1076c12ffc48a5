import { expect, it } from 'vitest';
import { formatCiTime } from '../../shared/ci/time.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { startHangingBucket } from '../worlds/hanging-bucket.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { startSweeping } from '../worlds/sweeping.ts';
import { BUCKET, QUEUE, REGION, TAG } from '../worlds/test-cloud.ts';

const HANGING = 'hanging-1250000000';
const GROUPS = 6;
const JOBS = 3;

it('six groups of a bucket that hangs do not delay a healthy one, and are put off as a whole', async () => {
  const world = await startSweeping();
  const bucket = await startHangingBucket(world.cloud.url, HANGING);
  const recheck = await loadHandler('recheck', {
    ...world.env,
    CI_BUCKETS: `${BUCKET}@${REGION},${HANGING}@${REGION}`,
    CI_ENDPOINT: bucket.url,
    CI_TIMEOUT_MS: '300',
  });
  const tick = () => recheck({}, { time_limit_in_ms: 60_000 });
  for (let group = 0; group < GROUPS; group += 1) {
    const QueueId = `p${String(group).repeat(32)}`;
    const ids = Array.from({ length: JOBS }, (_, index) => `j${group}${index}${'0'.repeat(30)}`);
    await world.store.transaction((sql) =>
      addWatches(
        sql,
        ids.map((JobId) => ({
          jobId: JobId,
          bucket: HANGING,
          region: REGION,
          source: 'submit' as const,
          job: {
            JobId,
            State: 'Submitted',
            Tag: `Kind${group}`,
            QueueId,
            CreationTime: formatCiTime(Date.now()),
          },
        })),
      ),
    );
  }
  const [healthy = ''] = await world.jobs({ count: 1, state: 'Success' });
  await world.watch([healthy], { Tag: TAG, QueueId: QUEUE });
  await world.pass(11);

  // The healthy one is read by the same sweep, whatever became of the others.
  await tick();
  expect(await world.watchOf(healthy)).toMatchObject({ outcome: 'Success' });
  // Two questions that nobody answered: the lane of the bucket is put off, and costs nothing meanwhile.
  const lanes = () => world.sql`select bucket, failures from lanes where kind = 'ask' and failures >= 2`;
  expect(await lanes()).toMatchObject([{ bucket: HANGING }]);
  const asked = bucket.unanswered();
  const [again = ''] = await world.jobs({ count: 1, state: 'Success' });
  await world.watch([again], { Tag: TAG, QueueId: QUEUE });
  await tick();
  expect(bucket.unanswered()).toBe(asked);
  expect(await world.watchOf(again)).toMatchObject({ outcome: 'Success' });

  // One probe at a time, each the later the more often it came to nothing.
  await world.pass(13);
  await tick();
  const probed = bucket.unanswered() - asked;
  expect(probed).toBeGreaterThan(0);
  expect(probed).toBeLessThanOrEqual(asked / 2);
  await world.pass(13);
  await tick();
  expect(bucket.unanswered()).toBe(asked + probed);

  // It is read as soon as it answers.
  bucket.recover();
  await world.pass(400);
  await tick();
  await world.pass(400);
  await tick();
  expect(await lanes()).toEqual([]);
});
