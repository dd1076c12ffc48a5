import { expect, it } from 'vitest';
import { BATCH_ROWS } from '../../shared/store/in-batches.ts';
import { loadMembers } from '../../shared/sweep/claim/load-members.ts';
import { coverGroups } from '../../shared/watch/cohorts/cover-groups.ts';
import { lockGroupsShared } from '../../shared/watch/cohorts/group-lock.ts';
import { startGroupWorld } from '../worlds/group-world.ts';
import { BUCKET, QUEUE, REGION, TAG } from '../worlds/test-cloud.ts';

const TICK_SECONDS = 10;
const DAY_SECONDS = 86_400;

it('a job that CI says is from the future does not keep new ones from their first check', async () => {
  const world = await startGroupWorld();
  await world.submit(1, { ago: -400 * DAY_SECONDS, lasts: 500 * DAY_SECONDS });
  await world.submit(150, { ago: 2000 });
  for (let tick = 0; tick < 30; tick += 1) {
    await world.pass(TICK_SECONDS + 3);
    await world.sweep();
  }
  await world.submit(1, { lasts: 8 });
  await world.pass(TICK_SECONDS + 3);
  await world.sweep();
  expect(await world.outcomes()).toEqual({ '': 151, Success: 1 });
});

it('two jobs that CI cannot answer about do not keep the lane of their bucket closed', async () => {
  const world = await startGroupWorld();
  const jobs = await world.submit(40, { ago: 3000, spread: 2500 });
  world.faults.hangsOn = [jobs[0]?.id ?? '', jobs[20]?.id ?? ''];
  for (let check = 0; check < 40; check += 1) {
    await world.pass(400);
    await world.sweep();
  }
  const unread = await world.sql`select job_id from watches where state = '' order by job_id`;
  expect(unread.map(({ job_id }) => job_id)).toEqual(world.faults.hangsOn);
});

it('a job that keeps its listing from being answered does not keep a thousand from being read', async () => {
  const world = await startGroupWorld();
  const jobs = await world.submit(1000, { ago: 3000, spread: 100 });
  const poisoned = jobs[500]?.id ?? '';
  world.faults.hangsOn = [poisoned];
  for (let check = 0; check < 12; check += 1) {
    await world.pass(400);
    await world.sweep();
  }
  const unread = await world.sql`select job_id from watches where state = ''`;
  expect(unread).toEqual([{ job_id: poisoned }]);
});

it('of many groups that were never read no more watches are taken at a time than of one', async () => {
  const world = await startGroupWorld();
  await world.submit(6000, { ago: 3000, spread: 2500 });
  await world.sql`update watches set queue_id = 'p' || (abs(hashtext(job_id)) % 8)`;
  const cohorts = Array.from({ length: 8 }, (_, place) => ({
    group: { bucket: BUCKET, region: REGION, tag: TAG, queue_id: `p${place}` },
    startMs: Number.NEGATIVE_INFINITY,
    endMs: Number.POSITIVE_INFINITY,
    open: 0,
  }));
  const loaded = await loadMembers(world.store, cohorts);
  expect(loaded.flatMap(({ members }) => members).length).toBeLessThanOrEqual(5000 + BATCH_ROWS);
  for (const { members, restMs = 0 } of loaded) {
    expect(members.length).toBeGreaterThan(200);
    expect(Math.max(...members.map(({ createdMs }) => createdMs))).toBeLessThan(restMs);
  }
});

it('a group that somebody keeps locked does not keep the others from being settled', async () => {
  const world = await startGroupWorld();
  await world.submit(20, { ago: 300 });
  await world.sql`update watches set queue_id = 'p1' where job_id in (select job_id from watches order by job_id limit 10)`;
  const groups = ['p1', QUEUE].map((queue_id) => ({ bucket: BUCKET, region: REGION, tag: TAG, queue_id }));
  const [locked, other] = groups;
  if (locked === undefined || other === undefined) throw new Error('expected two groups');
  await world.store.transaction((sql) =>
    coverGroups(
      sql,
      groups.map((group) => ({ ...group, delayMs: 0 })),
    ),
  );
  await world.pass(1);
  const frozen = world.openStore();
  await frozen.transaction(async (sql) => {
    await lockGroupsShared(sql, [locked]);
    await world.sweep();
  });
  const settled = await world.sql`select distinct queue_id from watch_cohorts where open > 0`;
  expect(settled).toEqual([{ queue_id: QUEUE }]);
  await world.sweep();
  expect(await world.uncovered()).toBe(0);
});
