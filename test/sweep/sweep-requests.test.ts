import { expect, it } from 'vitest';
import { formatCiTime } from '../../shared/ci/time.ts';
import { LEASE_SECONDS } from '../../shared/sweep/claim/lease.ts';
import { type Sweeping, startSweeping, UNTIL_DUE_SECONDS } from '../worlds/sweeping.ts';
import { QUEUE, TAG } from '../worlds/test-cloud.ts';

async function idsAsked({ cloud }: Sweeping): Promise<number> {
  return Number((await cloud.control('GET', '/stats'))['idsAsked']);
}

const queue = (digit: number) => `p${String(digit).repeat(32)}`;

/** Watches jobs in a queue of their own, and puts their cohort off by so many seconds after it was read. */
async function watchIn(world: Sweeping, QueueId: string, count: number, seconds: number): Promise<void> {
  const ids = await world.jobs({ count, state: 'Running', queueId: QueueId });
  await world.watch(ids, { Tag: TAG, QueueId });
  await world.sweep();
  await world.sql`
    update watch_cohorts set next_check_at = jobwatch_now() + ${seconds} * interval '1 second'
    where queue_id = ${QueueId} and open > 0`;
}

it('a request by id is filled up to ten with whole small cohorts of the kind, those that are due next', async () => {
  const world = await startSweeping();
  await watchIn(world, queue(2), 4, 100);
  // It does not fit beside the others.
  await watchIn(world, queue(3), 5, 200);
  await watchIn(world, queue(4), 2, 300);
  await watchIn(world, queue(1), 3, -1);
  await world.requestsSoFar();
  const asked = await idsAsked(world);

  expect(await world.sweep()).toMatchObject({ claimed: 3 });

  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 1 });
  expect((await idsAsked(world)) - asked).toBe(9);
  const next = await world.sql<{ queue_id: string }[]>`
    select queue_id from watch_cohorts
    where open > 0 and next_check_at < jobwatch_now() + interval '20 seconds' order by queue_id`;
  expect(next.map((cohort) => cohort.queue_id)).toEqual([queue(1), queue(2), queue(4)]);
});

it('a request is not filled with jobs of another kind', async () => {
  const world = await startSweeping();
  const others = await world.jobs({ count: 5, state: 'Running', tag: 'Transcode' });
  await world.watch(others, { Tag: 'Transcode', QueueId: QUEUE });
  await world.sweep();
  const asked = await idsAsked(world);
  const ids = await world.jobs({ count: 2, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sql`
    update watch_cohorts set next_check_at = jobwatch_now() + interval '100 seconds' where tag = 'Transcode'`;
  await world.sweep();
  expect((await idsAsked(world)) - asked).toBe(2);
});

it('watches whose tag and queue nobody told are read by id first, and listed after that', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 40, state: 'Running' });
  await world.watch(ids);
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 4 });
  const [first] = await world.watches();
  expect(first).toMatchObject({ tag: TAG, queue_id: QUEUE, state: 'Running' });

  await world.pass(UNTIL_DUE_SECONDS);
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 1, describe: 0 });
});

/** A time as CI writes it, so many seconds ago. */
const ciTime = (seconds: number) => formatCiTime(Date.now() - seconds * 1000);

/** Watches jobs that were created so many seconds ago. */
async function watchAged(world: Sweeping, count: number, seconds: number): Promise<string[]> {
  const CreationTime = ciTime(seconds);
  const ids = await world.jobs({ count, state: 'Running', creationTime: CreationTime });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE, CreationTime });
  return ids;
}

it('a listing takes along the neighbour that adds no page: it is not due for as long', async () => {
  const world = await startSweeping();
  await watchAged(world, 30, 4000);
  await watchAged(world, 30, 400);
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 1, describe: 0 });
  // Jobs of two ages: two cohorts, and a head that has none.
  expect((await world.cohorts()).map(({ open }) => open)).toEqual([30, 30, 0]);
  await world.sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second' where starts_at = '-infinity'`;
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 1, describe: 0 });
  const [soonest] = await world.sql`
    select min(next_check_at) > jobwatch_now() + interval '75 seconds' as later from watch_cohorts where open > 0`;
  expect(soonest).toEqual({ later: true });
});

it('a listing that finds many jobs of others is given up when it has cost as much as reading by id', async () => {
  const world = await startSweeping();
  await world.jobs({ count: 1000, state: 'Running' });
  const ids = await world.jobs({ count: 40, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });

  expect(await world.sweep()).toMatchObject({ changed: 40 });
  expect(await world.requestsSoFar()).toEqual({ list: 4, describe: 4 });

  await world.pass(UNTIL_DUE_SECONDS);
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 4 });
});

it('jobs of others that fit beside ours are listed again with the pages that it took', async () => {
  const world = await startSweeping();
  await world.jobs({ count: 150, state: 'Running' });
  const ids = await world.jobs({ count: 40, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  for (let check = 0; check < 2; check++) {
    await world.sweep();
    expect(await world.requestsSoFar()).toEqual({ list: 2, describe: 0 });
    await world.pass(UNTIL_DUE_SECONDS);
  }
  // Twenty are two requests: no more than the listing.
  await world.sql`delete from watches where job_id = any(${ids.slice(20)})`;
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 2 });
});

it('a cohort that another sweep holds is left alone; a sweep that died is forgotten with its lease', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 40, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sql`
    update watch_cohorts set lease_token = gen_random_uuid(),
      leased_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'`;

  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 0 });
  expect((await world.watches()).filter((watch) => watch.state !== '')).toEqual([]);

  await world.pass(LEASE_SECONDS + 1);
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 1, describe: 0 });
  expect(await world.cohorts()).toMatchObject([
    { lease_token: null, open: 40, listed: 40 },
    { lease_token: null, open: 0 },
  ]);
});

it('what another sweep holds is not read, until its lease is over', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 5, state: 'Running' });
  const held = ids.slice(0, 3);
  // Without their queue they stand apart, each with a lease of its own.
  await world.watch(ids, { Tag: TAG });
  await world.sql`
    update watches set claim_token = gen_random_uuid(),
      claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    where job_id = any(${held})`;
  expect(await world.sweep()).toMatchObject({ claimed: 2, changed: 2 });
  expect(await idsAsked(world)).toBe(2);

  await world.pass(LEASE_SECONDS + 1);
  expect(await world.sweep()).toMatchObject({ changed: 3 });
});
