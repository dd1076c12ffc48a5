import { expect, it } from 'vitest';
import { startSweeping, UNTIL_DUE_SECONDS } from '../worlds/sweeping.ts';
import { QUEUE, TAG } from '../worlds/test-cloud.ts';

/** A queue is read by so many listings more at the most. */
const FURTHER_LISTINGS = 4;
const OTHER_QUEUE = `p${'1'.repeat(32)}`;

it('5 000 jobs with mixed fates all end as CI says, with as few requests as can be', async () => {
  const world = await startSweeping();
  await world.cloud.control('PUT', '/progress', { mode: 'asks', n: 2 });
  const make = (count: number, outcome: string, queueId: string, state = 'Submitted') =>
    world.jobs({ count, outcome, queueId, state });
  const missing = await make(120, 'Success', QUEUE, 'Pause');
  const told: Record<string, string[]> = {
    Success: await make(900, 'Success', QUEUE),
    Failed: await make(300, 'Failed', QUEUE),
    Cancel: await make(200, 'Cancel', QUEUE),
    '': await make(2400, 'Success', QUEUE, 'Pause'),
    Missing: missing,
  };
  const untold: Record<string, string[]> = {
    Success: await make(400, 'Success', OTHER_QUEUE),
    Failed: await make(200, 'Failed', OTHER_QUEUE),
    '': await make(480, 'Success', OTHER_QUEUE, 'Pause'),
  };
  // Jobs of others, on the pages of the first queue.
  await make(130, 'Success', QUEUE, 'Pause');
  const ids = (fates: Record<string, string[]>, ...names: string[]) =>
    names.flatMap((name) => fates[name] ?? []);
  await world.watch(Object.values(told).flat(), { Tag: TAG, QueueId: QUEUE });
  await world.watch(Object.values(untold).flat());

  const costs: { list: number; describe: number }[] = [];
  for (const sweep of [1, 2, 3, 4]) {
    const summary = await world.sweep();
    const seen = await world.requestsSoFar();
    expect(summary.requests).toEqual({ ...seen, create: 0 });
    costs.push(seen);
    if (sweep === 1) await world.forget(missing);
    await world.pass(UNTIL_DUE_SECONDS);
  }
  // ⌈listed by CI / 100⌉ pages of each queue, and ⌈no longer listed / 10⌉ of both together.
  // One queue is listed at once, the jobs of the other are read by id first: nobody told whose they are.
  const least = [
    { list: 41, describe: 108 },
    { list: 51, describe: 12 },
    { list: 31, describe: 212 },
    { list: 31, describe: 12 },
  ];
  for (const [index, { list, describe }] of costs.entries()) {
    const { list: pages = 0, describe: ids = 0 } = least[index] ?? {};
    // One more for each further listing: jobs that were made over several seconds are several cohorts. Jobs of others that
    // lie outside their windows cost nothing.
    expect(list + describe).toBeLessThanOrEqual(pages + ids + FURTHER_LISTINGS);
  }

  const stored = await world.watches();
  expect(stored).toHaveLength(5000);
  const outcomes = new Map(stored.map((watch) => [watch.job_id, watch.outcome]));
  for (const fate of ['Success', 'Failed', 'Cancel', 'Missing', '']) {
    const wrong = [...ids(told, fate), ...ids(untold, fate)].filter((id) => outcomes.get(id) !== fate);
    expect(wrong).toEqual([]);
  }

  const paths = await world.sql<{ path: string; jobs: number }[]>`
    select path, count(*)::int as jobs from (
      select string_agg(to_state, ' > ' order by id) as path from watch_history group by job_id
    ) as paths group by path order by path`;
  expect(Object.fromEntries(paths.map(({ path, jobs }) => [path, jobs]))).toEqual({
    Pause: 2880,
    'Pause > Missing': 120,
    'Submitted > Running > Cancel': 200,
    'Submitted > Running > Failed': 500,
    'Submitted > Running > Success': 1300,
  });
  const events = await world.sql<{ type: string; jobs: number }[]>`
    select type, count(*)::int as jobs from events group by type`;
  expect(Object.fromEntries(events.map(({ type, jobs }) => [type, jobs]))).toEqual({
    'jobwatch.job.running': 2000,
    'jobwatch.job.canceled': 200,
    'jobwatch.job.failed': 500,
    'jobwatch.job.succeeded': 1300,
    'jobwatch.job.missing': 120,
  });
  expect(stored.filter((watch) => watch.claim_token !== null)).toEqual([]);
});

it('10 000 open jobs of one queue, 1 % of them finished, are all observed in one sweep of at most 112 requests', async () => {
  const world = await startSweeping();
  const running = await world.jobs({ count: 9900, state: 'Running' });
  const finished = await world.jobs({ count: 100, state: 'Success' });
  await world.watch([...running, ...finished], { Tag: TAG, QueueId: QUEUE });

  const summary = await world.sweep();

  const { list, describe } = await world.requestsSoFar();
  expect(list + describe).toBeLessThanOrEqual(112);
  expect(summary).toMatchObject({
    requests: { list, describe, create: 0 },
    changed: 10_000,
    finished: 100,
    errors: 0,
  });
  const [counts] = await world.sql`
    select count(*) filter (where state = 'Running' and outcome = '')::int as running,
      count(*) filter (where outcome = 'Success')::int as finished,
      count(*) filter (where claim_token is not null)::int as claimed
    from watches`;
  expect(counts).toEqual({ running: 9900, finished: 100, claimed: 0 });
});
