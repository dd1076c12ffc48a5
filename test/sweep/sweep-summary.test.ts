import { expect, it } from 'vitest';
import { loadFunction } from '../worlds/load-function.ts';
import { startSweeping, UNTIL_DUE_SECONDS } from '../worlds/sweeping.ts';
import { QUEUE, TAG } from '../worlds/test-cloud.ts';

it('a sweep writes one line that tells what it did, and returns the same', async () => {
  const world = await startSweeping();
  const running = await world.jobs({ count: 38, state: 'Running' });
  const done = await world.jobs({ count: 2, state: 'Success' });
  const [denied = ''] = await world.jobs({ count: 1, state: 'Running', tag: 'Transcode' });
  await world.watch([...running, ...done], { Tag: TAG, QueueId: QUEUE });
  await world.watch([denied], { Tag: 'Transcode' });
  await world.faults({ match: { operation: 'DescribeMediaJob', ids: [denied] }, code: 'AccessDenied' });

  const summary = await world.sweep();

  expect(summary).toEqual({
    claimed: 41,
    requests: { list: 1, describe: 2, create: 0 },
    changed: 40,
    finished: 2,
    errors: 1,
    oldestOpenSeconds: expect.any(Number),
    recovered: 2,
  });
  const lines = world.lines.filter((line) => line['message'] === 'sweep');
  expect(lines).toEqual([{ level: 'info', message: 'sweep', requestId: 'sweep', ...summary }]);
});

it('an idle sweep asks CI nothing and says so', async () => {
  const world = await startSweeping();
  expect(await world.sweep()).toEqual({
    claimed: 0,
    requests: { list: 0, describe: 0, create: 0 },
    changed: 0,
    finished: 0,
    errors: 0,
    oldestOpenSeconds: null,
    recovered: 0,
  });
});

it('recovered counts only outcomes that nobody else had told of', async () => {
  const world = await startSweeping();
  const [told = '', untold = ''] = await world.jobs({ count: 2, state: 'Success' });
  await world.watch([told, untold], { Tag: TAG, QueueId: QUEUE });
  const describe = await loadFunction('describe', world.env);
  await describe(`/jobs/${told}`);
  expect(await world.watchOf(told)).toMatchObject({ outcome: 'Success' });
  expect(await world.sweep()).toMatchObject({ claimed: 1, finished: 1, recovered: 1 });
});

it('an outcome that a callback told of is not recovered, though CI could not be asked right then', async () => {
  const world = await startSweeping({ CALLBACK_TOKEN: 'token-of-a-test-0123' });
  const [told = '', untold = ''] = await world.jobs({ count: 2, state: 'Success' });
  await world.watch([told, untold], { Tag: TAG, QueueId: QUEUE });
  const callback = await loadFunction('callback', world.env);
  await world.faults({ match: 'DescribeMediaJob', code: 'AccessDenied' });
  const { status } = await callback('/callbacks/token-of-a-test-0123', {
    method: 'POST',
    body: JSON.stringify({ JobsDetail: { JobId: told, State: 'Success' } }),
  });
  expect(status).toBe(204);
  await world.faults();
  await world.makeDue([told, untold]);
  expect(await world.sweep()).toMatchObject({ finished: 2, recovered: 1 });
});

it('oldestOpenSeconds is the age of the oldest open job, by its CreationTime', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 2, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sweep();
  await world.pass(5000);
  const { oldestOpenSeconds } = await world.sweep();
  expect(oldestOpenSeconds).toBeGreaterThan(4999);
  expect(oldestOpenSeconds).toBeLessThan(5060);
});

it.each([
  [101, 1],
  [90, 0],
])(
  'a watch that was due for %i s when the sweep came is told of as Overdue %i times',
  async (seconds, times) => {
    const world = await startSweeping();
    const ids = await world.jobs({ count: 2, state: 'Running' });
    await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
    await world.pass(seconds);
    await world.sweep();
    const told = world.lines.filter((line) => line['code'] === 'Overdue');
    expect(told).toHaveLength(times);
    for (const line of told) {
      expect(line).toMatchObject({ level: 'error', waitedSeconds: expect.any(Number) });
      expect(line['waitedSeconds']).toBeGreaterThanOrEqual(seconds);
    }

    await world.sweep();
    expect(world.lines.filter((line) => line['code'] === 'Overdue')).toHaveLength(times);
  },
);

it('a job that stays open for longer than STALL_AFTER_SECONDS is told of once, by an event', async () => {
  const world = await startSweeping({ STALL_AFTER_SECONDS: '3600' });
  const [slow = ''] = await world.jobs({ count: 1, state: 'Running' });
  await world.watch([slow], { Tag: TAG, QueueId: QUEUE });
  await world.sweep();
  expect(await world.events(slow)).toEqual(['jobwatch.job.running']);

  await world.pass(3601);
  for (let check = 0; check < 3; check++) {
    await world.sweep();
    await world.pass(UNTIL_DUE_SECONDS);
  }
  expect(await world.events(slow)).toEqual(['jobwatch.job.running', 'jobwatch.job.stalled']);
  const told = world.lines.filter((line) => line['code'] === 'Stalled');
  expect(told).toEqual([expect.objectContaining({ level: 'warn', jobIds: [slow] })]);
  const [event] = await world.sql`select id, data from events where type = 'jobwatch.job.stalled'`;
  expect(event).toMatchObject({
    id: `${slow}-stalled`,
    data: { Watch: { JobId: slow, State: 'Running', Outcome: '', Input: {} } },
  });

  // It is followed to its outcome all the same.
  await world.setJob(slow, { state: 'Success' });
  await world.sweep();
  expect(await world.watchOf(slow)).toMatchObject({ outcome: 'Success' });
});
