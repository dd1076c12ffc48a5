import { expect, it } from 'vitest';
import { LEASE_SECONDS } from '../../shared/watch/sweep/claim.ts';
import { BUCKET, REGION } from '../support/test-cloud.ts';
import { QUEUE, type Sweeping, startSweeping, TAG, UNTIL_DUE_SECONDS } from './sweeping.ts';

async function idsAsked({ cloud }: Sweeping): Promise<number> {
  return Number((await cloud.control('GET', '/stats'))['idsAsked']);
}

it('a request by id is filled up to ten with the watches of the group that are due next', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 30, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sweep();
  await world.requestsSoFar();
  const asked = await idsAsked(world);
  // The later in the list the later due; three of them are due now.
  await world.sql`
    update watches set next_check_at = jobwatch_now() + array_position(${ids}, job_id) * interval '1 second'`;
  await world.makeDue(ids.slice(0, 3));

  expect(await world.sweep()).toMatchObject({ claimed: 3 });

  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 1 });
  expect((await idsAsked(world)) - asked).toBe(10);
  const checks = new Map((await world.watches()).map((watch) => [watch.job_id, watch.checks]));
  expect(ids.filter((id) => checks.get(id) === 2)).toEqual(ids.slice(0, 10));
});

it('a request is not filled with watches of another group', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 2, state: 'Running' });
  const others = await world.jobs({ count: 5, state: 'Running', tag: 'Transcode' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.watch(others, { Tag: 'Transcode', QueueId: QUEUE });
  await world.sql`update watches set next_check_at = jobwatch_now() + interval '1 hour' where tag = 'Transcode'`;
  await world.sweep();
  expect(await idsAsked(world)).toBe(2);
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

it('a listing observes all of the group: those that were not due yet are not due for as long', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 60, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sql`update watches set next_check_at = jobwatch_now() + interval '1 second' where job_id = any(${ids.slice(30)})`;
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 1, describe: 0 });
  const watches = await world.watches();
  expect(watches.filter((watch) => watch.checks !== 1)).toEqual([]);
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
  await world.sql`update watches set next_check_at = jobwatch_now() + interval '1 hour' where job_id = any(${ids.slice(20)})`;
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 2 });
});

it('while another sweep lists the group it is left alone; a sweep that died is forgotten with its lease', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 40, state: 'Running' });
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sql`
    insert into watch_groups (bucket, region, tag, queue_id, lease_token, leased_until)
    values (${BUCKET}, ${REGION}, ${TAG}, ${QUEUE}, gen_random_uuid(),
      jobwatch_now() + ${LEASE_SECONDS} * interval '1 second')`;

  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 0 });
  const untouched = await world.watches();
  expect(untouched.filter((watch) => watch.claim_token !== null || watch.checks > 0)).toEqual([]);

  await world.pass(LEASE_SECONDS + 1);
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 1, describe: 0 });
  const [group] = await world.sql`select lease_token, leased_until, last_pages from watch_groups`;
  expect(group).toEqual({ lease_token: null, leased_until: null, last_pages: 1 });
});

it('what another sweep holds is not read, until its lease is over', async () => {
  const world = await startSweeping();
  const ids = await world.jobs({ count: 5, state: 'Running' });
  const held = ids.slice(0, 3);
  await world.watch(ids, { Tag: TAG, QueueId: QUEUE });
  await world.sql`
    update watches set claim_token = gen_random_uuid(),
      claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    where job_id = any(${held})`;
  expect(await world.sweep()).toMatchObject({ claimed: 2, changed: 2 });
  expect(await idsAsked(world)).toBe(2);

  await world.pass(LEASE_SECONDS + 1);
  expect(await world.sweep()).toMatchObject({ changed: 3 });
});
