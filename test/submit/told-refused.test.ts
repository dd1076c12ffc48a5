import { expect, it } from 'vitest';
import { createClient } from '../../shared/ci/client/create-client.ts';
import { systemClock } from '../../shared/clock.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { StoreUnavailable } from '../../shared/store/store-unavailable.ts';
import { submitNow } from '../../shared/submit/submit-now.ts';
import {
  operation,
  POST_SECONDS,
  SETTLE_SECONDS,
  startWorld,
  submission,
  type World,
} from '../worlds/submit-world.ts';
import { BUCKET, CREDENTIALS, REGION } from '../worlds/test-cloud.ts';

/** Everything that recheck may still do about a submission. */
async function afterAll(world: World): Promise<void> {
  for (const seconds of [POST_SECONDS + SETTLE_SECONDS, 31, 31]) {
    await world.pass(seconds);
    await world.recheck();
  }
}

it('without credentials the caller is told, and nothing is submitted later', async () => {
  const world = await startWorld();
  delete process.env['TENCENTCLOUD_SECRETID'];
  const refused = await world.submit('/jobs', submission());
  expect(refused).toMatchObject({ status: 502, json: { code: 'NoCredentials' } });
  process.env['TENCENTCLOUD_SECRETID'] = CREDENTIALS.secretId;
  expect(await world.submit('/jobs', submission())).toMatchObject({ status: 201 });
  await afterAll(world);
  expect(await world.jobsAtCi()).toHaveLength(1);
});

it('a commit whose outcome is lost is told as unknown, with where to look: one job in the end', async () => {
  const world = await startWorld();
  const real = openStore(world.databaseUrl, Date.now);
  let commits = 0;
  /** Commits the first transaction and loses the connection before it is told. */
  const losing: Store = {
    ...real,
    async transaction(work, limitMs) {
      const done = await real.transaction(work, limitMs);
      commits += 1;
      if (commits === 1) throw new StoreUnavailable('cut', { whileCommitting: true });
      return done;
    },
  };
  const ci = createClient({
    ...systemClock,
    endpoint: new URL(world.cloud.url),
    timeoutMs: 10_000,
    credentials: () => CREDENTIALS,
  });
  const submission = await submitNow(
    { store: losing, ci, nowMs: Date.now, lookAfterSeconds: SETTLE_SECONDS },
    { name: BUCKET, region: REGION },
    { Tag: 'Animation', Input: { Object: 'clips/a.mp4' }, Operation: [operation()] },
    undefined,
    { deadlineMs: Date.now() + 10_000 },
  );
  expect(submission).toMatchObject({
    outcome: 'unknown',
    intentId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(await world.jobsAtCi()).toEqual([]);
  await afterAll(world);
  const intent = submission.outcome === 'unknown' ? submission.intentId : '';
  expect(await world.watches({ intent })).toMatchObject([{ Intent: intent, State: 'Submitted' }]);
  expect(await world.jobsAtCi()).toHaveLength(1);
  await real.close();
});
