import { expect, it } from 'vitest';
import { type Sweeping, startSweeping, UNTIL_DUE_SECONDS } from '../worlds/sweeping.ts';
import { QUEUE, TAG } from '../worlds/test-cloud.ts';
import { sweepWhile } from './sweep-while.ts';

/** How long the shortest lease that is held still lasts, in seconds; null when none is held. */
async function shortestLease({ sql }: Sweeping): Promise<number | null> {
  const [lease] = await sql<{ seconds: number | null }[]>`
    select extract(epoch from min(until) - jobwatch_now())::float8 as seconds from (
      select claimed_until as until from watches where claim_token is not null
      union all select leased_until from watch_cohorts where lease_token is not null
    ) as leases`;
  return lease?.seconds ?? null;
}

it('leases are renewed while requests by id go on for longer than a lease', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 150, state: 'Running' });
  // Without their queue they cannot be listed: fifteen requests.
  await world.watch(ids, { Tag: TAG });
  const leases: (number | null)[] = [];
  await sweepWhile(world, async (_, pass) => {
    await pass(9);
    leases.push(await shortestLease(world));
  });
  expect(leases).toHaveLength(15);
  expect(leases.filter((seconds) => seconds === null || seconds <= 0)).toEqual([]);
  const watches = await world.watches();
  expect(watches.filter((watch) => watch.state !== 'Running' || watch.claim_token !== null)).toEqual([]);
});

it('the lease of a listing is renewed while it goes on for longer than a lease', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 500, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  const leases: (number | null)[] = [];
  await sweepWhile(world, async (_, pass) => {
    await pass(25);
    leases.push(await shortestLease(world));
  });
  expect(leases).toHaveLength(5);
  expect(leases.filter((seconds) => seconds === null || seconds <= 0)).toEqual([]);
  expect(await shortestLease(world)).toBeNull();
});

it.each([
  ['requests by id', '', 50],
  ['a listing', QUEUE, 200],
])('at the deadline %s stop, and what was not read is given back as it was', async (_, QueueId, read) => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 300, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId });
  const before = new Map((await world.watches()).map((watch) => [watch.job_id, watch.apart_at]));
  const due = await world.cohorts();

  // The first request by id goes alone, then four are under way at once.
  await sweepWhile(
    world,
    async (asked, pass) => {
      if (asked === 2) await pass(40);
    },
    { deadlineSeconds: 30 },
  );

  const after = await world.watches();
  const untouched = after.filter((watch) => watch.state === '');
  expect(after.length - untouched.length).toBeGreaterThanOrEqual(20);
  expect(after.length - untouched.length).toBeLessThanOrEqual(read);
  for (const watch of untouched) {
    expect(watch).toMatchObject({
      state: '',
      errors: 0,
      last_error: '',
      claim_token: null,
      claimed_until: null,
    });
    expect(watch.apart_at).toEqual(before.get(watch.job_id));
  }
  // All jobs are of one second, which is read whole or not at all: the cohort is due as it was.
  if (QueueId !== '') expect(await world.cohorts()).toEqual(due);
  expect(await shortestLease(world)).toBeNull();

  await world.sweep();
  expect((await world.watches()).filter((watch) => watch.state !== 'Running')).toEqual([]);
});

/** All that sweeps decide about when something is checked. */
const schedules = async (world: Sweeping) => ({
  watches: (await world.watches()).map(({ job_id, apart_at, misses, errors, last_error }) => ({
    ...{ job_id, apart_at, misses, errors, last_error },
  })),
  cohorts: (await world.cohorts()).map(({ start, open, errors, next_check_at }) => ({
    ...{ start, open, errors, next_check_at },
  })),
});

it.each([
  ['by id', 10],
  ['by a listing', 40],
])('a sleeper that read %s and whose lease was taken over changes no schedule', async (_, count) => {
  const world = await startSweeping();
  const ids = await world.jobs({ count, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  let taken: unknown;
  await sweepWhile(world, async (_asked, pass) => {
    await pass(61);
    expect(await world.sweep()).toMatchObject({ changed: count });
    taken = await schedules(world);
  });
  expect(await schedules(world)).toEqual(taken);
});

it('a sleeper counts no misses and gives back nothing that another sweep holds by now', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 3, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sweep();
  await world.forget(ids.slice(0, 1));
  await world.pass(UNTIL_DUE_SECONDS);
  let taken: unknown;
  await sweepWhile(world, async (_asked, pass) => {
    await pass(61);
    await world.sql`
      update watch_cohorts set lease_token = gen_random_uuid(), leased_until = jobwatch_now() + interval '60 seconds'`;
    taken = [await schedules(world), await world.cohorts()];
  });
  expect([await schedules(world), await world.cohorts()]).toEqual(taken);
});
