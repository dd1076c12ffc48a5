import { expect, it } from 'vitest';
import { loadFunction } from '../worlds/load-function.ts';
import { type Sweeping, startSweeping, UNTIL_DUE_SECONDS } from '../worlds/sweeping.ts';
import { QUEUE, TAG } from '../worlds/test-cloud.ts';

/** CI keeps jobs for a month: with its clock ahead of that it knows none of them, and all of them again afterwards. */
async function setMemory({ cloud }: Sweeping, knows: boolean): Promise<void> {
  await cloud.control('PUT', '/clock', { offsetMs: knows ? 0 : 31 * 24 * 3_600_000 });
}

it('when half of a group vanishes at once nothing is closed, for an hour, and an alarm is logged', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 20, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sweep();
  await world.forget(ids.slice(0, 10));

  const alarms = () => world.lines.filter((line) => line['code'] === 'MassVanish');
  const checkForSeconds = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += UNTIL_DUE_SECONDS) {
      await world.pass(UNTIL_DUE_SECONDS);
      await world.sweep();
    }
  };
  await checkForSeconds(3600);

  const open = await world.watches();
  expect(open.filter((watch) => watch.outcome !== '')).toEqual([]);
  expect(alarms()).toEqual([
    expect.objectContaining({ level: 'error', gone: 10, seen: 20, queue_id: QUEUE }),
  ]);

  // What stays gone after the hour is gone: three checks more close it, and nobody is alarmed again.
  await checkForSeconds(UNTIL_DUE_SECONDS * 4);
  expect((await world.watches()).filter((watch) => watch.outcome === 'Missing')).toHaveLength(10);
  expect(alarms()).toHaveLength(1);
});

it('after a mass vanishing a single id of the group is not closed before the hour is over', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 20, state: 'Running' });
  const [lone = ''] = ids;
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.pass(UNTIL_DUE_SECONDS);
  await world.forget([lone, ...ids.slice(10)]);
  await world.sweep();
  expect(world.lines.filter((line) => line['code'] === 'MassVanish')).toHaveLength(1);
  // Most of them are followed no longer: only one is gone now.
  await world.sql`delete from watches where job_id = any(${ids.slice(10)})`;

  for (let check = 0; check < 4; check++) {
    await world.pass(UNTIL_DUE_SECONDS);
    await world.sweep();
  }
  expect(await world.watchOf(lone)).toMatchObject({ outcome: '', misses: 0 });

  await world.pass(3600);
  for (let check = 0; check < 3; check++) {
    await world.sweep();
    await world.pass(UNTIL_DUE_SECONDS);
  }
  expect(await world.watchOf(lone)).toMatchObject({ outcome: 'Missing' });
  expect(world.lines.filter((line) => line['code'] === 'MassVanish')).toHaveLength(1);
});

it.each([
  ['read by id', 3],
  ['listed', 30],
])(
  'an id that vanishes for good from a group that is %s is Missing after three checks in a row',
  async (_, count) => {
    const world = await startSweeping();
    const ids = await world.jobs({ count, state: 'Running' });
    const [lost = ''] = ids;
    await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
    await world.sweep();
    await world.forget([lost]);

    for (const misses of [1, 2]) {
      await world.pass(UNTIL_DUE_SECONDS);
      await world.sweep();
      expect(await world.watchOf(lost)).toMatchObject({ outcome: '', misses });
    }
    await world.pass(UNTIL_DUE_SECONDS);
    expect(await world.sweep()).toMatchObject({ changed: 1, finished: 1 });

    expect(await world.watchOf(lost)).toMatchObject({ outcome: 'Missing', misses: 3, claim_token: null });
    expect(await world.history(lost)).toEqual([' > Running', 'Running > Missing']);
    expect(await world.events(lost)).toEqual(['jobwatch.job.running', 'jobwatch.job.missing']);
    const others = (await world.watches()).filter((watch) => watch.job_id !== lost);
    expect(others.filter((watch) => watch.outcome !== '')).toEqual([]);

    // What is closed is not asked about any more.
    await world.requestsSoFar();
    await world.sql`delete from watches where job_id <> ${lost}`;
    await world.pass(UNTIL_DUE_SECONDS);
    await world.sweep();
    expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 0 });
  },
);

it('a watch younger than MISSING_GRACE_SECONDS is not closed, however often its id is unknown', async () => {
  const world = await startSweeping({ MISSING_GRACE_SECONDS: '7200' });
  const [lost = ''] = await world.jobs({ count: 1, state: 'Running' });
  await world.watch([lost], { Tag: TAG, QueueId: QUEUE });
  await world.forget([lost]);
  for (let check = 0; check < 5; check++) {
    await world.sweep();
    await world.pass(UNTIL_DUE_SECONDS);
  }
  expect(await world.watchOf(lost)).toMatchObject({ outcome: '', misses: 5 });

  await world.pass(7200);
  await world.sweep();
  expect(await world.watchOf(lost)).toMatchObject({ outcome: 'Missing' });
});

it('an answer in between begins the count anew', async () => {
  const world = await startSweeping();
  const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
  await world.watch([id], { Tag: TAG, QueueId: QUEUE });

  for (const forgotten of [true, true, false, true, true]) {
    await world.pass(UNTIL_DUE_SECONDS);
    await setMemory(world, !forgotten);
    await world.sweep();
  }
  expect(await world.watchOf(id)).toMatchObject({ state: 'Running', outcome: '', misses: 2 });
});

it('a check that fails neither counts as a miss nor begins the count anew', async () => {
  const world = await startSweeping();
  const [lost = ''] = await world.jobs({ count: 1, state: 'Running' });
  await world.watch([lost], { Tag: TAG, QueueId: QUEUE });
  await world.sweep();
  await world.forget([lost]);
  const next = async () => {
    await world.pass(UNTIL_DUE_SECONDS);
    await world.sweep();
    return await world.watchOf(lost);
  };
  await next();
  await world.faults({ match: 'DescribeMediaJob', code: 'AccessDenied', times: 1 });
  expect(await next()).toMatchObject({ misses: 1, errors: 1 });
  expect(await next()).toMatchObject({ misses: 2, errors: 0, last_error: '' });
  expect(await next()).toMatchObject({ outcome: 'Missing' });
});

it('a later Success replaces Missing, with a history row and an event of its own', async () => {
  const world = await startSweeping();
  const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
  await world.watch([id], { Tag: TAG, QueueId: QUEUE });
  await world.sweep();
  await setMemory(world, false);
  for (let check = 0; check < 3; check++) {
    await world.pass(UNTIL_DUE_SECONDS);
    await world.sweep();
  }
  expect(await world.watchOf(id)).toMatchObject({ outcome: 'Missing' });

  await setMemory(world, true);
  await world.setJob(id, { state: 'Success' });
  const describe = await loadFunction('describe', world.env);
  await describe(`/jobs/${id}`);

  expect(await world.watchOf(id)).toMatchObject({ state: 'Success', outcome: 'Success', misses: 0 });
  expect(await world.history(id)).toEqual([' > Running', 'Running > Missing', 'Missing > Success']);
  expect(await world.events(id)).toEqual([
    'jobwatch.job.running',
    'jobwatch.job.missing',
    'jobwatch.job.succeeded',
  ]);
});

it('after CI has recovered, many that vanish once more are an alarm once more', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 20, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  const alarms = () => world.lines.filter((line) => line['code'] === 'MassVanish');
  const check = async (times: number) => {
    for (let done = 0; done < times; done++) {
      await world.pass(UNTIL_DUE_SECONDS);
      await world.sweep();
    }
  };
  const hidden = ids.slice(0, 15);
  const suffixes = hidden.map((id) => id.slice(1));
  /** Under another first letter CI knows none of them. */
  const spellWith = async (letter: string) => {
    await world.sql`delete from watch_history`;
    await world.sql`update watches set job_id = ${letter} || substr(job_id, 2) where substr(job_id, 2) = any(${suffixes})`;
  };

  await spellWith('x');
  await check(1);
  expect(alarms()).toHaveLength(1);
  await spellWith('j');
  await world.pass(3600);
  await check(2);
  await spellWith('x');
  await check(4);
  expect(alarms()).toHaveLength(2);
  expect((await world.watches()).filter((watch) => watch.outcome === 'Missing')).toEqual([]);
});
