import { expect, it } from 'vitest';
import { JOBS_PER_PAGE, planGroup, requestsById } from '../../shared/watch/plan.ts';
import { QUEUE, type Sweeping, startSweeping, TAG, UNTIL_DUE_SECONDS } from './sweeping.ts';

const OTHER_QUEUE = `p${'1'.repeat(32)}`;

interface GroupNow {
  tag: string;
  queue_id: string;
  open: number;
  due: number;
  last_pages: number | null;
  ids: string[];
}

/** What the next sweep is to cost by the plan: from what is stored, and what CI will list. */
async function requestsPlanned(world: Sweeping, listedIn: (group: GroupNow) => ReadonlySet<string>) {
  const groups = await world.sql<GroupNow[]>`
    select w.tag, w.queue_id, count(*)::int as open, array_agg(w.job_id) as ids,
      (count(*) filter (where w.next_check_at <= jobwatch_now()))::int as due,
      (select g.last_pages from watch_groups g where (g.tag, g.queue_id) = (w.tag, w.queue_id)) as last_pages
    from watches w where w.outcome = '' group by w.tag, w.queue_id`;
  const costs = groups.map((group) => {
    const { open, due, last_pages, ids } = group;
    const listable = group.tag !== '' && group.queue_id !== '';
    const plan = planGroup({ listable, open, due, lastPages: last_pages ?? undefined });
    if (plan.by === 'id') return { list: 0, describe: requestsById(due) };
    const listed = listedIn(group);
    return {
      // A listing without jobs is a page too.
      list: Math.max(1, Math.ceil(listed.size / JOBS_PER_PAGE)),
      describe: requestsById(ids.filter((id) => !listed.has(id)).length),
    };
  });
  return {
    list: costs.reduce((sum, cost) => sum + cost.list, 0),
    describe: costs.reduce((sum, cost) => sum + cost.describe, 0),
  };
}

it('5 000 jobs with mixed fates all end as CI says, with the requests that the plan foresees', async () => {
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
  const foreign = await make(130, 'Success', QUEUE, 'Pause');
  const ids = (fates: Record<string, string[]>, ...names: string[]) =>
    names.flatMap((name) => fates[name] ?? []);
  await world.watch(Object.values(told).flat(), { Tag: TAG, QueueId: QUEUE });
  await world.watch(Object.values(untold).flat());

  /** What CI lists of a queue, after so many answers about its jobs: the second is the last that tells of an open one. */
  const listedAfter =
    (answers: number) =>
    ({ queue_id }: GroupNow): ReadonlySet<string> => {
      const fates = queue_id === QUEUE ? told : untold;
      return new Set([
        ...ids(fates, ''),
        ...(answers < 2 ? ids(fates, 'Success', 'Failed', 'Cancel') : []),
        ...(answers === 0 ? ids(fates, 'Missing') : []),
        ...(queue_id === QUEUE ? foreign : []),
      ]);
    };

  const costs: { list: number; describe: number }[] = [];
  for (const answers of [0, 1, 2, 2]) {
    const planned = await requestsPlanned(world, listedAfter(answers));
    const summary = await world.sweep();
    const seen = await world.requestsSoFar();
    expect(seen).toEqual(planned);
    expect(summary.requests).toEqual({ ...planned, create: 0 });
    costs.push(seen);
    if (answers === 0) await world.forget(missing);
    await world.pass(UNTIL_DUE_SECONDS);
  }
  // One queue is listed at once, the jobs of the other are read by id first: nobody told whose they are.
  expect(costs).toEqual([
    { list: 41, describe: 108 },
    { list: 51, describe: 12 },
    { list: 31, describe: 212 },
    { list: 31, describe: 12 },
  ]);

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
}, 60_000);

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
      count(*) filter (where checks = 0 and outcome = '')::int as unchecked,
      count(*) filter (where claim_token is not null)::int as claimed
    from watches`;
  expect(counts).toEqual({ running: 9900, finished: 100, unchecked: 0, claimed: 0 });
}, 60_000);
