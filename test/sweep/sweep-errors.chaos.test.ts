import { expect, it } from 'vitest';
import { MAX_ATTEMPTS } from '../../shared/ci/client/retry-delay.ts';
import { type Sweeping, startSweeping, UNTIL_DUE_SECONDS } from '../worlds/sweeping.ts';
import { QUEUE, TAG } from '../worlds/test-cloud.ts';

/** Splitting ten down to one asks for both halves at each of its four levels. */
const MOST_TO_FIND_ONE_IN_TEN = 1 + 2 * 4;

/** Ten watches that are read by id. */
async function tenWatches(world: Sweeping): Promise<{ all: string[]; poisoned: string }> {
  const all = await world.jobs({ count: 10, state: 'Running' });
  await world.watch(all, { Tag: TAG, QueueId: QUEUE });
  return { all, poisoned: all[6] ?? '' };
}

async function expectOnlyOneFailed(world: Sweeping, poisoned: string, error: RegExp): Promise<void> {
  for (const watch of await world.watches()) {
    if (watch.job_id !== poisoned) {
      expect(watch).toMatchObject({ state: 'Running', errors: 0, last_error: '', claim_token: null });
      continue;
    }
    expect(watch).toMatchObject({ state: '', outcome: '', errors: 1, claim_token: null });
    expect(watch.last_error).toMatch(error);
  }
}

it('one id among ten that CI refuses is found by splitting: the nine others are read', async () => {
  const world = await startSweeping();
  const { poisoned } = await tenWatches(world);
  await world.faults({
    match: { operation: 'DescribeMediaJob', ids: [poisoned] },
    code: 'InvalidArgument',
    message: 'The id is wrong.',
  });

  expect(await world.sweep()).toMatchObject({ changed: 9, errors: 1 });

  await expectOnlyOneFailed(world, poisoned, /^InvalidArgument: The id is wrong\.$/);
  const { describe } = await world.requestsSoFar();
  expect(describe).toBeLessThanOrEqual(MOST_TO_FIND_ONE_IN_TEN);
});

it('one job among ten that CI answers nonsense about is found by splitting: the nine others are read', async () => {
  const world = await startSweeping();
  const { poisoned } = await tenWatches(world);
  await world.faults({
    match: { operation: 'DescribeMediaJob', ids: [poisoned] },
    kind: 'html',
    status: 200,
  });

  expect(await world.sweep()).toMatchObject({ changed: 9, errors: 1 });

  await expectOnlyOneFailed(world, poisoned, /^BadAnswer: /);
});

it('a poisoned id backs off, each time for longer, and takes no seat in the requests of others', async () => {
  const world = await startSweeping();
  const { all, poisoned } = await tenWatches(world);
  await world.faults({ match: { operation: 'DescribeMediaJob', ids: [poisoned] }, code: 'InvalidArgument' });

  const delays: number[] = [];
  for (let check = 1; check <= 6; check++) {
    await world.makeDue([poisoned]);
    await world.sweep();
    const [{ delay = 0 } = {}] = await world.sql<{ delay: number }[]>`
      select extract(epoch from apart_at - jobwatch_now())::float8 as delay from watches where job_id = ${poisoned}`;
    delays.push(delay);
  }
  // 10 s · 2ⁿ, at most 300 s, each give or take a fifth, read a moment later.
  for (const [index, delay] of delays.entries()) {
    const whole = Math.min(10 * 2 ** index, 300);
    expect(delay).toBeGreaterThan(whole * 0.8 - 5);
    expect(delay).toBeLessThan(whole * 1.2);
  }

  // The cohort of the others is due and the poisoned one is not: the request reads the nine.
  const [due = ''] = all;
  await world.makeDue([due]);
  await world.requestsSoFar();
  const asked = Number((await world.cloud.control('GET', '/stats'))['idsAsked']);
  expect(await world.sweep()).toMatchObject({ errors: 0 });
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 1 });
  expect(Number((await world.cloud.control('GET', '/stats'))['idsAsked']) - asked).toBe(9);
});

it('a watch that is read again after an error has none any more', async () => {
  const world = await startSweeping();
  const { poisoned } = await tenWatches(world);
  await world.faults({ match: { operation: 'DescribeMediaJob', ids: [poisoned] }, code: 'InvalidArgument' });
  await world.sweep();
  await world.faults();
  await world.pass(UNTIL_DUE_SECONDS);
  await world.sweep();
  expect(await world.watchOf(poisoned)).toMatchObject({ state: 'Running', errors: 0, last_error: '' });
});

it('AccessDenied stops a group after its first request, and no other group', async () => {
  const world = await startSweeping();
  const denied = await world.jobs({ count: 60, state: 'Running', tag: 'Transcode' });
  const others = await world.jobs({ count: 20, state: 'Running', tag: 'Snapshot' });
  // Without their queue both are read by id.
  await world.watch(denied, { Tag: 'Transcode' });
  await world.watch(others, { Tag: 'Snapshot' });
  await world.faults({
    match: { operation: 'DescribeMediaJob', ids: denied },
    code: 'AccessDenied',
    message: 'Not yours.',
  });

  expect(await world.sweep()).toMatchObject({ claimed: 80, changed: 20, errors: 60 });

  // One for the group that is denied and is not asked again, two for the twenty others.
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 3 });
  const stored = new Map((await world.watches()).map((watch) => [watch.job_id, watch]));
  for (const id of denied) {
    expect(stored.get(id)).toMatchObject({
      errors: 1,
      last_error: 'AccessDenied: Not yours.',
      claim_token: null,
    });
  }
  for (const id of others) expect(stored.get(id)).toMatchObject({ state: 'Running', errors: 0 });
  const told = world.lines.filter((line) => line['code'] === 'AccessDenied');
  expect(told.map((line) => line['jobs'])).toEqual([10, 50]);
});

it('AccessDenied to a listing stops the group after that request', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 40, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.faults({ match: 'DescribeMediaJobs', code: 'AccessDenied' });
  expect(await world.sweep()).toMatchObject({ changed: 0, errors: 40 });
  expect(await world.requestsSoFar()).toEqual({ list: 1, describe: 0 });
});

it.each([
  ['SlowDown', MAX_ATTEMPTS],
  ['NoSuchBucket', 1],
  ['SignatureDoesNotMatch', 1],
])('%s is asked %i times at the most before the watch is put off', async (code, attempts) => {
  const world = await startSweeping();
  const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
  await world.watch([id], { Tag: TAG, QueueId: QUEUE });
  await world.faults({ match: 'DescribeMediaJob', code });
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: attempts });
  expect(await world.watchOf(id)).toMatchObject({ outcome: '', claim_token: null });
  expect(await world.cohorts()).toMatchObject([{ errors: 1, lease_token: null }]);
});

it('nonsense from something between us and CI is no poisoned id: nothing is split', async () => {
  const world = await startSweeping();
  await tenWatches(world);
  await world.faults({ match: 'DescribeMediaJob', kind: 'html', status: 502 });
  expect(await world.sweep()).toMatchObject({ changed: 0, errors: 10 });
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: MAX_ATTEMPTS });
});

it.each([
  ['one job spoils its page', { kind: 'html', status: 200 }],
  ['CI refuses the query', { code: 'InvalidArgument' }],
  ['CI no longer knows the queue', { code: 'QueueNotFound' }],
])('when %s the group is read by id, and next time at once', async (_, fault) => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 40, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.faults({ match: 'DescribeMediaJobs', ...fault });

  expect(await world.sweep()).toMatchObject({ changed: 40, errors: 0 });
  expect(await world.requestsSoFar()).toMatchObject({ describe: 4 });

  await world.pass(UNTIL_DUE_SECONDS);
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 4 });
});

it('while CI is not to be reached all watches wait, and are read as soon as it is back', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 40, state: 'Success' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.faults({ match: '*', kind: 'reset' });
  expect(await world.sweep()).toMatchObject({ changed: 0, errors: 40 });
  await world.faults();
  await world.pass(UNTIL_DUE_SECONDS);
  expect(await world.sweep()).toMatchObject({ finished: 40, errors: 0 });
});
