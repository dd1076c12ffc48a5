import { expect, it } from 'vitest';
import { sweepWhile } from './sweep-while.ts';
import { QUEUE, type StoredWatch, type Sweeping, startSweeping, TAG, UNTIL_DUE_SECONDS } from './sweeping.ts';

/** How long the shortest lease that is held still lasts, in seconds; null when none is held. */
async function shortestLease({ sql }: Sweeping): Promise<number | null> {
  const [lease] = await sql<{ seconds: number | null }[]>`
    select extract(epoch from min(until) - jobwatch_now())::float8 as seconds from (
      select claimed_until as until from watches where claim_token is not null
      union all select leased_until from watch_groups where lease_token is not null
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
  expect(watches.filter((watch) => watch.checks !== 1 || watch.claim_token !== null)).toEqual([]);
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
  const before = new Map((await world.watches()).map((watch) => [watch.job_id, watch.next_check_at]));

  // The first request by id goes alone, then four are under way at once.
  await sweepWhile(
    world,
    async (asked, pass) => {
      if (asked === 2) await pass(40);
    },
    { deadlineSeconds: 30 },
  );

  const after = await world.watches();
  const untouched = after.filter((watch) => watch.checks === 0);
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
    expect(watch.next_check_at).toEqual(before.get(watch.job_id));
  }
  expect(await shortestLease(world)).toBeNull();

  await world.sweep();
  expect((await world.watches()).filter((watch) => watch.state !== 'Running')).toEqual([]);
});

const schedules = (watches: readonly StoredWatch[]) =>
  watches.map(({ job_id, next_check_at, checks, misses, errors, last_error }) => ({
    ...{ job_id, next_check_at, checks, misses, errors, last_error },
  }));

it.each([
  ['by id', 10],
  ['by a listing', 40],
])('a sleeper that read %s and whose lease was taken over changes no schedule', async (_, count) => {
  const world = await startSweeping();
  const ids = await world.jobs({ count, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  let taken: StoredWatch[] = [];
  await sweepWhile(world, async (_asked, pass) => {
    await pass(61);
    await world.sweep();
    taken = await world.watches();
  });
  expect(taken.filter((watch) => watch.checks !== 1)).toEqual([]);
  expect(schedules(await world.watches())).toEqual(schedules(taken));
});

it('a sleeper counts no misses and gives back nothing that another sweep holds by now', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 3, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sweep();
  await world.forget(ids.slice(0, 1));
  await world.pass(UNTIL_DUE_SECONDS);
  let taken: StoredWatch[] = [];
  await sweepWhile(world, async (_asked, pass) => {
    await pass(61);
    await world.sql`
      update watches set claim_token = gen_random_uuid(), claimed_until = jobwatch_now() + interval '60 seconds'`;
    taken = await world.watches();
  });
  const after = await world.watches();
  expect(schedules(after)).toEqual(schedules(taken));
  expect(after.map((watch) => watch.claim_token)).toEqual(taken.map((watch) => watch.claim_token));
});
