import { expect, it } from 'vitest';
import { discover } from '../../shared/sweep/discover.ts';
import type { Run } from '../../shared/throttle/run.ts';
import { type Sweeping, startSweeping, UNTIL_DUE_SECONDS } from '../worlds/sweeping.ts';
import { BUCKET, QUEUE, REGION } from '../worlds/test-cloud.ts';
import { sweepWhile } from './sweep-while.ts';

const DISCOVER = { DISCOVER: 'Animation' };
/** Longer than the time between two looks. */
const NEXT_LOOK_SECONDS = 61;

/** A time as CI writes it, so many seconds from now. */
function ciTime(seconds: number): string {
  return new Date(Date.now() + seconds * 1000 + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, '+0800');
}

/** A world in which CI's clock moves with the database's: a look ends at CI's time. */
async function startDiscovering(): Promise<Sweeping> {
  const world = await startSweeping(DISCOVER);
  let offsetMs = 0;
  return {
    ...world,
    async pass(seconds) {
      offsetMs += seconds * 1000;
      await world.cloud.control('PUT', '/clock', { offsetMs });
      await world.pass(seconds);
    },
  };
}

async function cursorAge({ sql }: Sweeping): Promise<number> {
  const [cursor] = await sql<{ age: number }[]>`
    select extract(epoch from jobwatch_now() - seen_until)::float8 as age from discovery_cursors`;
  if (cursor === undefined) throw new Error('expected a cursor');
  return cursor.age;
}

const watched = async (world: Sweeping) => (await world.watches()).map((watch) => watch.job_id).sort();

it('jobs that somebody else submitted are watched, those that have ended too', async () => {
  const world = await startDiscovering();
  const [running = ''] = await world.jobs({ count: 1, state: 'Running' });
  const [failed = ''] = await world.jobs({ count: 1, state: 'Failed' });
  await world.jobs({ count: 1, state: 'Running', tag: 'Transcode' });

  await world.sweep();

  expect(await watched(world)).toEqual([running, failed].sort());
  expect(await world.watchOf(running)).toMatchObject({
    state: 'Running',
    outcome: '',
    source: 'discover',
    queue_id: QUEUE,
  });
  expect(await world.watchOf(failed)).toMatchObject({ outcome: 'Failed', source: 'discover' });
  expect(await world.events(failed)).toEqual(['jobwatch.job.failed']);

  await world.setJob(running, { state: 'Success' });
  await world.pass(UNTIL_DUE_SECONDS);
  await world.sweep();
  expect(await world.watchOf(running)).toMatchObject({ outcome: 'Success' });
});

it('without DISCOVER nobody is followed unasked', async () => {
  const world = await startSweeping();
  await world.jobs({ count: 1, state: 'Running' });
  await world.sweep();
  expect(await watched(world)).toEqual([]);
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 0 });
});

it('a job that is watched already keeps its source', async () => {
  const world = await startDiscovering();
  const [id = ''] = await world.jobs({ count: 1, state: 'Running' });
  await world.watch([id]);
  await world.sweep();
  expect(await world.watchOf(id)).toMatchObject({ source: 'submit', state: 'Running' });
});

it('it looks once a minute, all pages, and its cursor moves on', async () => {
  const world = await startDiscovering();
  const ids = await world.jobs({ count: 250, state: 'Success' });
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 3, describe: 0 });
  expect(await watched(world)).toEqual([...ids].sort());
  expect(await cursorAge(world)).toBeLessThan(30);

  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 0, describe: 0 });

  await world.pass(NEXT_LOOK_SECONDS);
  await world.sweep();
  expect((await world.requestsSoFar()).list).toBeGreaterThan(0);
  expect(await cursorAge(world)).toBeLessThan(30);
});

it('each look begins 300 s before the last one: a job that shows late is found, one from before that is not', async () => {
  const world = await startDiscovering();
  await world.sweep();
  const [late = ''] = await world.jobs({ count: 1, state: 'Running', creationTime: ciTime(-250) });
  await world.jobs({ count: 1, state: 'Running', creationTime: ciTime(-400) });
  await world.pass(NEXT_LOOK_SECONDS);
  await world.sweep();
  expect(await watched(world)).toEqual([late]);
});

it('a look that is cut short by the deadline begins anew next time', async () => {
  const world = await startDiscovering();
  await world.sweep();
  const ids = await world.jobs({ count: 250, state: 'Success' });
  await world.pass(NEXT_LOOK_SECONDS);
  await world.requestsSoFar();

  const look = (run: Run) => discover(run, [{ name: BUCKET, region: REGION }], ['Animation']);
  await sweepWhile(world, async (_, pass) => await pass(40), { deadlineSeconds: 30, work: look });
  expect(await world.requestsSoFar()).toEqual({ list: 1, describe: 0 });
  expect(await watched(world)).toHaveLength(100);
  // It stands where it was, a minute and 40 seconds ago.
  expect(await cursorAge(world)).toBeGreaterThan(NEXT_LOOK_SECONDS + 39);

  await world.pass(NEXT_LOOK_SECONDS);
  await world.sweep();
  expect(await world.requestsSoFar()).toEqual({ list: 3, describe: 0 });
  expect(await watched(world)).toEqual([...ids].sort());
  expect(await cursorAge(world)).toBeLessThan(30);
});

it('a look that CI refuses leaves the cursor where it is and does not stop the sweep', async () => {
  const world = await startDiscovering();
  await world.sweep();
  const [id = ''] = await world.jobs({ count: 1, state: 'Success' });
  await world.faults({ match: 'DescribeMediaJobs', code: 'AccessDenied', times: 1 });
  await world.pass(NEXT_LOOK_SECONDS);
  await world.sweep();
  expect(await watched(world)).toEqual([]);
  expect(await cursorAge(world)).toBeGreaterThan(NEXT_LOOK_SECONDS - 1);
  expect(world.lines.filter((line) => line['code'] === 'AccessDenied')).toHaveLength(1);

  await world.pass(NEXT_LOOK_SECONDS);
  await world.sweep();
  expect(await watched(world)).toEqual([id]);
});

it('jobs of a submission of our own that is still under way are left to it', async () => {
  const world = await startDiscovering();
  const ours = '11111111-1111-4111-8111-111111111111';
  const theirs = '22222222-2222-4222-8222-222222222222';
  await world.sql`
    insert into intents (id, bucket, region, source, request, state, next_try_at, created_at)
    values (${ours}, ${BUCKET}, ${REGION}, 'submit', '{}', 'posting', jobwatch_now() + interval '1 hour', jobwatch_now())`;
  await world.jobs({ count: 1, state: 'Running', userData: `jw1.${ours}.0 mine` });
  // Another Jobwatch, with a store of its own, writes the same kind of key.
  const [id = ''] = await world.jobs({ count: 1, state: 'Running', userData: `jw1.${theirs}.0 mine` });
  await world.sweep();
  expect(await watched(world)).toEqual([id]);
});
