import { expect, it } from 'vitest';
import { observeWithin } from '../../shared/watch/observe.ts';
import { retireEvents } from '../../shared/watch/retire-events.ts';
import { startDelivering, wants } from '../worlds/delivering.ts';
import { until } from '../worlds/until.ts';
import { said } from '../worlds/watched-jobs.ts';

it('an endpoint gets the types of events that it wants, and * is all', async () => {
  const world = await startDelivering();
  const [first = '', second = ''] = await world.watchJobs(2);
  await world.hear([first, second], 'Running', 1);
  await world.hear([first], 'Success', 2);
  await world.hear([second], 'Failed', 2);
  const [begun = '', succeeded = ''] = (await world.eventIds()).get(first) ?? [];
  const [also = '', failed = ''] = (await world.eventIds()).get(second) ?? [];
  const run = await world.deliverTo(
    wants('good', 'succeeded'),
    wants('bad', 'running', 'failed'),
    wants('all'),
  );
  expect(await run()).toMatchObject({ events: 4, delivered: 8 });
  expect(world.cameTo('good')).toEqual([succeeded]);
  expect(world.cameTo('bad').sort()).toEqual([begun, also, failed].sort());
  expect(world.cameTo('all').sort()).toEqual([begun, succeeded, also, failed].sort());
});

it('an event that nobody wants is not told later either', async () => {
  const world = await startDelivering();
  await world.succeed();
  await (await world.deliverTo(wants('hooks', 'failed')))();
  expect(await (await world.deliverTo(wants('hooks')))()).toMatchObject({ events: 0, delivered: 0 });
  expect(await world.deliveries()).toEqual([]);
});

it('a second endpoint gets what happens from then on', async () => {
  const world = await startDelivering();
  const before = await world.succeed(2);
  await (await world.deliverTo('first'))();
  const both = await world.deliverTo('first', 'second');
  await both();
  expect(world.cameTo('second')).toEqual([]);
  const after = await world.succeed(2);
  await both();
  expect(world.cameTo('second').sort()).toEqual([...after].sort());
  expect(world.cameTo('first').sort()).toEqual([...before, ...after].sort());
});

it('while there is no endpoint events wait for the first one', async () => {
  const world = await startDelivering();
  const ids = await world.succeed(3);
  const none = await world.deliverTo();
  expect(await none()).toEqual({ events: 0, delivered: 0, retried: 0, dead: 0, switchedOff: 0 });
  await (await world.deliverTo('hooks'))();
  expect(world.cameTo('hooks').sort()).toEqual([...ids].sort());
});

it('more events than one statement takes are fanned out in one run', async () => {
  const world = await startDelivering();
  const ids = await world.succeed(520);
  const run = await world.deliverTo(wants('hooks'), wants('quiet', 'failed'));
  expect(await run()).toMatchObject({ events: 520, delivered: 520 });
  expect(world.cameTo('hooks').sort()).toEqual([...ids].sort());
});

it('an event whose transaction commits after that of a later one is told all the same', async () => {
  const world = await startDelivering();
  const [slow = '', quick = ''] = await world.watchJobs(2);
  const run = await world.deliverTo('hooks');
  const written = gate();
  const commit = gate();
  const other = world.openOwnStore();
  const committed = other.transaction(async (sql) => {
    await observeWithin(sql, [said(slow, 'Success', 1)]);
    written.open();
    await commit.opened;
  });
  await written.opened;
  await world.hear([quick], 'Success', 1);
  expect(await run()).toMatchObject({ events: 1, delivered: 1 });
  commit.open();
  await committed;
  expect(await run()).toMatchObject({ events: 1, delivered: 1 });
  const inOrder = await world.sql<
    { id: string; job_id: string }[]
  >`select id, job_id from events order by seq`;
  expect(inOrder.map(({ job_id }) => job_id)).toEqual([slow, quick]);
  expect(world.cameTo('hooks')).toEqual(inOrder.map(({ id }) => id).reverse());
});

it('an event that is being removed for its age is not told, and fails no run', async () => {
  const world = await startDelivering();
  await world.succeed();
  await world.pass(31 * 86_400);
  const removed = gate();
  const commit = gate();
  const removing = world.openOwnStore().transaction(async (sql) => {
    await retireEvents(sql, 30, 500);
    removed.open();
    await commit.opened;
  });
  await removed.opened;
  const running = (await world.deliverTo('hooks'))();
  await until(async () => {
    const waiting = await world.sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    expect(waiting).toHaveLength(1);
  });
  commit.open();
  await removing;
  expect(await running).toMatchObject({ events: 0, delivered: 0 });
});

it('several runs at once fan no event out twice and deliver nothing twice', async () => {
  const world = await startDelivering();
  const ids = await world.succeed(300);
  const runs = await Promise.all([1, 2, 3].map(() => world.deliverTo('a', 'b')));
  const summaries = await Promise.all(runs.map((run) => run()));
  const sum = (what: 'events' | 'delivered') => summaries.reduce((total, each) => total + each[what], 0);
  expect({ events: sum('events'), delivered: sum('delivered') }).toEqual({ events: 300, delivered: 600 });
  expect(world.cameTo('a').sort()).toEqual([...ids].sort());
  expect(world.cameTo('b').sort()).toEqual([...ids].sort());
});

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}
