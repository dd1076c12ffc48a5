import { expect, it } from 'vitest';
import { removeGroup } from '../../shared/sweep/settle/head.ts';
import { beginRun } from '../../shared/throttle/run.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { COHORT_WATCHES } from '../../shared/watch/cohorts/boundaries.ts';
import { lockGroup } from '../../shared/watch/cohorts/group-lock.ts';
import { getWatch } from '../../shared/watch/get-watch.ts';
import { lookNow } from '../../shared/watch/look-now.ts';
import { type GroupWorld, startGroupWorld } from '../worlds/group-world.ts';
import { BUCKET, QUEUE, REGION, TAG } from '../worlds/test-cloud.ts';
import { until } from '../worlds/until.ts';

const GROUP = { bucket: BUCKET, region: REGION, tag: TAG, queue_id: QUEUE };
const TOKEN = '00000000-0000-4000-8000-000000000001';
const TICK_SECONDS = 10;
const DAY_SECONDS = 86_400;

/** Lets the database write down every row version that is made of watches, and every cohort that comes or goes. */
async function noteWrites({ sql }: GroupWorld): Promise<() => Promise<Record<string, number>>> {
  await sql.unsafe(`
    create table writes (what text);
    create function note_write() returns trigger language plpgsql as $$
    begin
      insert into writes values (tg_table_name || ' ' || tg_op);
      return null;
    end $$;
    create trigger note_write after insert or update or delete on watches for each row execute function note_write();
    create trigger note_write after insert or update or delete on watch_cohorts for each row execute function note_write();`);
  return async () => {
    const rows = await sql<{ what: string; count: number }[]>`
      select what, count(*)::int as count from writes group by what`;
    return Object.fromEntries(rows.map(({ what, count }) => [what, count]));
  };
}

it('a check in which nothing changed writes no watch, and no cohort but its own row', async () => {
  const world = await startGroupWorld();
  await world.submit(1500, { ago: 600, spread: 300 });
  await world.pass(TICK_SECONDS + 1);
  await world.sweep();
  await world.makeAllDue();
  // Neighbours of one age have become one by now.
  await world.sweep();
  const cohorts = (await world.cohorts()).filter(({ open }) => open > 0).length;
  let progress = 0;
  world.faults.progress = () => String(progress++ % 100);
  await world.makeAllDue();
  const writes = await noteWrites(world);
  expect(await world.sweep()).toMatchObject({
    claimed: 1500,
    changed: 0,
    requests: { list: 15, describe: 0 },
  });
  // Its lease, and its next check.
  expect(await writes()).toEqual({ 'watch_cohorts UPDATE': 2 * cohorts });
});

it('the first check comes one tick after the first watch, and closes the head', async () => {
  const world = await startGroupWorld();
  await world.submit(5);
  expect(await world.sweep()).toMatchObject({ claimed: 0 });
  await world.pass(TICK_SECONDS);
  expect(await world.sweep()).toMatchObject({ claimed: 5, changed: 5 });
  expect(await world.cohorts()).toMatchObject([
    { start: null, open: 5 },
    { open: 0, leased: false },
  ]);
  // A watch of the next second is another cohort's, and is checked a tick later.
  await world.submit(1);
  await world.pass(TICK_SECONDS);
  expect((await world.sweep()).claimed).toBeGreaterThanOrEqual(1);
  expect(await world.outcomes()).toEqual({ '': 6 });
});

it('a burst is taken in pieces of at most 1 000, but no second is split', async () => {
  const world = await startGroupWorld();
  await world.submit(2500, { ago: 3, spread: 3 });
  await world.submit(1300);
  await world.pass(TICK_SECONDS);
  expect(await world.sweep()).toMatchObject({ claimed: 3800, changed: 3800 });
  const sizes = (await world.members()).map(({ members }) => members);
  expect(sizes.reduce((sum, members) => sum + members, 0)).toBe(3800);
  expect(sizes.filter((members) => members > COHORT_WATCHES)).toEqual([1300]);
});

it('neighbours of one age become one, and what has ended leaves no cohort behind', async () => {
  const world = await startGroupWorld();
  for (let tick = 0; tick < 6; tick += 1) {
    await world.submit(3, { lasts: 2000 });
    await world.pass(TICK_SECONDS);
    await world.sweep();
  }
  for (let seconds = 0; seconds < 1500; seconds += 100) {
    await world.pass(100);
    await world.sweep();
  }
  expect((await world.cohorts()).map(({ open }) => open)).toEqual([18, 0]);
  await world.pass(1000);
  await world.sweep();
  expect(await world.outcomes()).toEqual({ Success: 18 });
  expect((await world.cohorts()).map(({ open }) => open)).toEqual([0]);
});

it('a group goes when it has had no watch for a day, and comes back with the next', async () => {
  const world = await startGroupWorld();
  await world.submit(2, { lasts: 5 });
  await world.pass(TICK_SECONDS);
  await world.sweep();
  expect(await world.outcomes()).toEqual({ Success: 2 });
  for (let day = 0; day < 3 && (await world.cohorts()).length > 0; day += 1) {
    await world.pass(DAY_SECONDS + 1);
    await world.sweep();
  }
  expect(await world.cohorts()).toEqual([]);
  await world.submit(1, { lasts: 5 });
  await world.pass(TICK_SECONDS);
  await world.sweep();
  expect(await world.outcomes()).toEqual({ Success: 3 });
});

it('a watch that is written while a boundary moves, or while the group goes, is covered', async () => {
  const world = await startGroupWorld();
  const [job] = await world.submit(1, { lasts: 5 });
  if (job === undefined) throw new Error('expected a job');
  await world.pass(TICK_SECONDS);
  await world.sweep();
  await world.pass(DAY_SECONDS + 1);
  const inserter = world.openStore();
  const late = { ...job, id: `j${'f'.repeat(32)}`, createdMs: world.now(), endsMs: world.now() + 5000 };
  world.cloud.add(late);

  // Whoever moves has the group to himself: the insert waits until he is done, and then sees what he did.
  let inserted: Promise<void> | undefined;
  await world.store.transaction(async (tx) => {
    await lockGroup(tx, GROUP);
    inserted = inserter.transaction((other) => addWatches(other, [world.watchOf(late)]));
    await untilWaiting(world);
    await tx`delete from watch_cohorts`;
  });
  await inserted;
  expect(await world.uncovered()).toBe(0);

  // And the other way round: what is not committed yet keeps the group.
  let removed: Promise<boolean> | undefined;
  const later = { ...late, id: `j${'e'.repeat(32)}` };
  world.cloud.add(later);
  await world.sql`
    update watch_cohorts set empty_since = jobwatch_now() - interval '2 days', lease_token = ${TOKEN},
      next_check_at = jobwatch_now() - interval '1 second'`;
  await world.sql`delete from watches where job_id = ${late.id}`;
  await inserter.transaction(async (other) => {
    await addWatches(other, [world.watchOf(later)]);
    removed = world.store.transaction(async (tx) => {
      await lockGroup(tx, GROUP);
      return await removeGroup(tx, TOKEN, GROUP);
    });
    await untilWaiting(world);
  });
  expect(await removed).toBe(false);
  expect(await world.uncovered()).toBe(0);
  await world.pass(TICK_SECONDS + 3);
  await world.sweep();
  expect(await world.outcomes()).toEqual({ Success: 2 });
});

/** Somebody waits for a lock that somebody else has. */
async function untilWaiting({ sql }: GroupWorld): Promise<void> {
  await until(async () => {
    const [waiting] = await sql`
      select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`;
    expect(waiting).toBeDefined();
  });
}

it('forged hints every second on one of a thousand cost one request each at most', async () => {
  const world = await startGroupWorld();
  const jobs = await world.submit(1000, { ago: 1000 });
  await world.pass(TICK_SECONDS);
  await world.sweep();
  const hinted = jobs[500]?.id ?? '';
  const before = { ...world.cloud.seen };
  const HINTS = 60;
  for (let second = 0; second < HINTS; second += 1) {
    await world.pass(1);
    const run = await beginRun(world.parts());
    await lookNow(run, [hinted], 'callback');
    if (second % TICK_SECONDS === 0) await world.sweep();
  }
  const { lists, describes } = world.cloud.seen;
  expect(lists - before.lists + describes - before.describes).toBeLessThanOrEqual(HINTS);
  // The others were not read with it.
  const told = jobs.filter(({ id }) => id !== hinted).map(({ id }) => world.cloud.seen.told.get(id) ?? 0);
  expect(Math.max(...told)).toBe(1);
});

it('four instances on one group read nothing twice in a round', async () => {
  const world = await startGroupWorld();
  await world.submit(5000, { ago: 4000, spread: 3000 });
  await world.pass(TICK_SECONDS);
  const stores = [world.store, world.openStore(), world.openStore(), world.openStore()];
  for (const round of [1, 2]) {
    world.cloud.seen.told.clear();
    const sweeps = await Promise.all(stores.map((using) => world.sweep({ using })));
    expect(sweeps.reduce((sum, { claimed }) => sum + claimed, 0)).toBe(5000);
    const twice = [...world.cloud.seen.told.values()].filter((times) => times > 1).length;
    // Only what lies on the second between two windows is seen from both sides, where CI includes it.
    expect(twice).toBe(0);
    expect(world.cloud.seen.told.size).toBe(5000);
    if (round === 1) await world.makeAllDue();
  }
});

it('NextCheckAt is a watch’s own while it stands apart, and its cohort’s afterwards', async () => {
  const world = await startGroupWorld();
  const [job] = await world.submit(1);
  const due = async () => {
    return (await world.store.transaction((tx) => getWatch(tx, job?.id ?? '')))?.NextCheckAt;
  };
  expect(await due()).toBe(new Date(world.now() + TICK_SECONDS * 1000).toISOString());
  await world.sql`update watches set apart_at = jobwatch_now() + interval '5 seconds'`;
  expect(await due()).toBe(new Date(world.now() + 5000).toISOString());
});
