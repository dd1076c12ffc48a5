import { describe, expect, it } from 'vitest';
import type { Faults } from '../worlds/fake-ci.ts';
import { type GroupWorld, startGroupWorld } from '../worlds/group-world.ts';

const TICK_SECONDS = 10;
const JOBS = 1200;
const ROUNDS = 4;

/** Jobs of many ages of which a quarter end between the rounds; each round all is due. */
async function followAll(faults: Faults): Promise<{ world: GroupWorld; requests: number[] }> {
  const world = await startGroupWorld(faults);
  await world.submit(JOBS / 2, { ago: 3000, spread: 2900, lasts: 40_000 });
  await world.submit(JOBS / 4, { ago: 300, spread: 200, lasts: 700 });
  await world.submit(JOBS / 4, { ago: 30, spread: 30, lasts: 40_000 });
  const requests: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await world.pass(round === 0 ? TICK_SECONDS : 360);
    await world.sql`update watch_cohorts set next_check_at = least(next_check_at, jobwatch_now() - interval '1 second')`;
    const { requests: asked } = await world.sweep();
    requests.push(asked.list + asked.describe);
    // What stands apart is read with the next.
    await world.pass(1);
    const { requests: more } = await world.sweep();
    requests[round] = (requests[round] ?? 0) + more.list + more.describe;
  }
  return { world, requests };
}

describe('whatever CI makes of a listing, outcomes are right and requests are bounded', () => {
  it.each<[string, Faults]>([
    ['heeds the window, and excludes its bounds', {}],
    ['heeds the window, and includes its bounds', { inclusive: true }],
    ['ignores the window', { ignoresWindow: true }],
    ['has a clock an hour ahead', { clockMs: 3_600_000 }],
    ['has a clock an hour behind', { clockMs: -3_600_000 }],
    ['lists every page twice', { repeats: true }],
    ['lists nothing', { listsNothing: true }],
    ['lists jobs two minutes late', { listsLateMs: 120_000 }],
    ['takes a token for three pages', { tokenPages: 3 }],
    ['takes no token', { tokenPages: 1 }],
  ])('it %s', async (_, faults) => {
    const { world, requests } = await followAll(faults);
    expect(await world.outcomes()).toEqual({ '': (JOBS * 3) / 4, Success: JOBS / 4 });
    expect(await world.uncovered()).toBe(0);
    // No round costs more than reading all by id, and a listing given up for each group of pages.
    for (const round of requests) expect(round).toBeLessThanOrEqual(JOBS / 10 + JOBS / 100 + 10);
    expect((await world.cohorts()).length).toBeLessThanOrEqual(12 + JOBS / 1000 + 2);
    expect((await world.cohorts()).filter(({ leased }) => leased)).toEqual([]);
  });
});

it('a window that CI ignores is noted for a day, and the group is listed whole', async () => {
  const world = await startGroupWorld({ ignoresWindow: true });
  await world.submit(300, { ago: 4000 });
  await world.submit(150, { ago: 40 });
  await world.pass(TICK_SECONDS);
  await world.sweep();
  const isYoung = () => world.sql`
    update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second' where open = 150`;
  await isYoung();
  // Two pages are expected, and all five come.
  expect((await world.sweep()).requests).toEqual({ list: 5, describe: 0, create: 0 });
  const noted = () => world.lines.filter(({ fields }) => fields['code'] === 'WindowIgnored');
  expect(noted()).toHaveLength(1);
  // From now on it is known that they come: all that is free is read with them.
  await isYoung();
  await world.sweep();
  const [soonest] = await world.sql`
    select count(*)::int as soon from watch_cohorts where open > 0 and next_check_at < jobwatch_now()`;
  expect(soonest).toEqual({ soon: 0 });
  expect(noted()).toHaveLength(1);
});

it('a listing that does not end in time goes on from its place', async () => {
  const world = await startGroupWorld();
  await world.submit(3000, { ago: 9000, spread: 300 });
  await world.pass(TICK_SECONDS);
  let pages = 0;
  const { listJobs } = world.cloud.ci;
  world.cloud.ci.listJobs = async (...args) => {
    const page = await listJobs(...args);
    pages += 1;
    // Each page takes four seconds; the sweep has a minute.
    await world.pass(4);
    return page;
  };
  await world.sweep({ seconds: 60 });
  const first = pages;
  expect(first).toBeLessThan(20);
  const done = await world.sql`select 1 from watches where state = 'Running'`;
  expect(done.length).toBeGreaterThan(1000);
  for (let sweep = 0; sweep < 4; sweep += 1) await world.sweep({ seconds: 60 });
  expect(await world.sql`select 1 from watches where state <> 'Running'`).toEqual([]);
  // Nothing was listed anew but the seconds at which it stopped.
  expect(pages).toBeLessThanOrEqual(30 + 8);
});

it('a listing that is killed goes on from the place that was saved', async () => {
  const world = await startGroupWorld();
  await world.submit(900, { ago: 9000, spread: 300 });
  await world.pass(TICK_SECONDS);
  const { listJobs } = world.cloud.ci;
  let pages = 0;
  world.cloud.ci.listJobs = async (...args) => {
    pages += 1;
    if (pages === 7) throw new Error('killed');
    const page = await listJobs(...args);
    await world.pass(4);
    return page;
  };
  const dying = world.openStore();
  const transaction = dying.transaction.bind(dying);
  dying.transaction = (work, limitMs) =>
    pages >= 7 ? Promise.reject(new Error('killed')) : transaction(work, limitMs);
  await expect(world.sweep({ using: dying })).rejects.toThrow('killed');
  const before = pages;
  await world.pass(61);
  await world.sweep();
  expect(await world.sql`select 1 from watches where state <> 'Running'`).toEqual([]);
  // Three or four pages were behind the place.
  expect(pages - before).toBeLessThanOrEqual(7);
});
