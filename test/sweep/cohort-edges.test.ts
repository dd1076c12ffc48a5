import { expect, it } from 'vitest';
import type { Log } from '../../shared/log.ts';
import { afterClockBack } from '../../shared/objects/after-clock-back.ts';
import { BATCH_ROWS } from '../../shared/store/in-batches.ts';
import { setApart } from '../../shared/sweep/apart.ts';
import { giveBack } from '../../shared/sweep/claim/lease.ts';
import { withHold } from '../../shared/sweep/hold.ts';
import { enterBucket } from '../../shared/throttle/bucket-lane.ts';
import { beginRun } from '../../shared/throttle/run.ts';
import { coverGroups } from '../../shared/watch/cohorts/cover-groups.ts';
import { type GroupWorld, startGroupWorld } from '../worlds/group-world.ts';
import { BUCKET, QUEUE, REGION, TAG } from '../worlds/test-cloud.ts';

const TICK_SECONDS = 10;
const DAY_SECONDS = 86_400;
const TOKEN = '00000000-0000-4000-8000-000000000001';

async function expectClockRight({ store, parts, lines }: GroupWorld): Promise<void> {
  const write = (message: string, fields: Record<string, unknown> = {}) => lines.push({ message, fields });
  const log = { debug: write, info: write, warn: write, error: write } as unknown as Log;
  const { clock, deadlineMs } = parts();
  await afterClockBack({ store, clock, log, deadlineMs }, 120);
  expect(lines.filter(({ fields }) => fields['code'] === 'ClockBack')).toEqual([]);
}

it('a group whose jobs have all ended is not taken for one that a wrong clock put off', async () => {
  const world = await startGroupWorld();
  await world.submit(3, { lasts: 15 });
  for (let tick = 0; tick < 6; tick += 1) {
    await world.pass(TICK_SECONDS);
    await world.sweep();
  }
  expect(await world.outcomes()).toEqual({ Success: 3 });
  expect((await world.cohorts()).length).toBe(1);
  await expectClockRight(world);
});

it('a cohort with watches that was empty before is brought back after a clock that was ahead', async () => {
  const world = await startGroupWorld();
  await world.submit(1, { lasts: 5 });
  await world.pass(TICK_SECONDS);
  await world.sweep();
  // The look of the day is near when a watch comes.
  await world.pass(DAY_SECONDS - 5);
  await world.submit(1, { lasts: 100 });
  expect(await world.sql`select 1 from watch_cohorts where empty_since is not null`).toEqual([]);
  await world.pass(TICK_SECONDS);
  await world.sweep();
  // Whatever puts it off now is by a wrong clock.
  await world.sql`update watch_cohorts set next_check_at = jobwatch_now() + interval '30 days' where open > 0`;
  await expect(expectClockRight(world)).rejects.toThrow();
  await world.pass(100);
  await world.sweep();
  expect(await world.outcomes()).toEqual({ Success: 2 });
});

it('one job that CI cannot answer about is alone after a few checks, and the others are read', async () => {
  const world = await startGroupWorld();
  const jobs = await world.submit(10, { ago: 100 });
  const [poisoned = ''] = jobs.map(({ id }) => id);
  world.faults.hangsOn = [poisoned];
  for (let check = 0; check < 8; check += 1) {
    await world.pass(400);
    await world.sweep();
  }
  const unread = await world.sql`select job_id from watches where state = ''`;
  expect(unread).toEqual([{ job_id: poisoned }]);
  expect(world.cloud.seen.asked.at(-1)).toEqual([poisoned]);
});

it('when more than half of a group vanish and are noticed cohort by cohort, none is closed', async () => {
  const world = await startGroupWorld();
  const jobs = (
    await Promise.all([8000, 3500, 1500, 600].map((ago) => world.submit(100, { ago, lasts: 1e6 })))
  ).flat();
  await world.pass(TICK_SECONDS);
  await world.sweep();
  for (const [place, { id }] of jobs.entries()) if (place % 5 < 3) world.cloud.forget(id);
  // One cohort a sweep: what vanished is counted over the last readings of all.
  for (let check = 0; check < 4; check += 1) {
    for (const { start } of await world.members()) {
      await world.sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second'
        where starts_at = coalesce(to_timestamp(${start}::float8), '-infinity')`;
      await world.sweep();
      await world.pass(1);
    }
    await world.sql`update watches set apart_at = jobwatch_now() where apart_at is not null and random() < 0.1`;
  }
  expect(await world.outcomes()).toEqual({ '': 400 });
  expect(world.lines.filter(({ fields }) => fields['code'] === 'MassVanish').length).toBe(1);
});

it('who adds watches to several groups and who gives them back never wait for each other', async () => {
  const world = await startGroupWorld();
  const groups = Array.from({ length: 12 }, (_, place) => ({
    bucket: BUCKET,
    region: REGION,
    tag: TAG,
    queue_id: `${QUEUE.slice(0, 20)}${place}`,
  }));
  const adder = world.openStore();
  for (let turn = 0; turn < 40; turn += 1) {
    const members = groups
      .map((group) => ({ ...group, delayMs: -turn }))
      .sort(() => (turn % 2 === 0 ? 1 : -1) * (Math.random() - 0.5));
    await world.sql`update watch_cohorts set lease_token = ${TOKEN}, next_check_at = jobwatch_now() + interval '1 hour'`;
    await Promise.all([
      world.store.transaction((sql) => coverGroups(sql, members)),
      adder.transaction((sql) => giveBack(sql, TOKEN, 500)),
    ]);
  }
  expect((await world.cohorts()).filter(({ leased }) => leased)).toEqual([]);
});

it('who holds an older cohort decides nothing about a watch whose cohort another sweep has taken over', async () => {
  const world = await startGroupWorld();
  const [job] = await world.submit(1, { ago: 100 });
  const next = [{ jobId: job?.id ?? '', delayMs: 0 }];
  const apart = () => world.sql`select 1 from watches where apart_at is not null`;
  await world.sql`update watch_cohorts set lease_token = ${TOKEN}`;
  await world.sql`
    insert into watch_cohorts (bucket, region, tag, queue_id, starts_at, next_check_at, lease_token)
    select bucket, region, tag, queue_id, jobwatch_now() - interval '200 seconds', jobwatch_now(), gen_random_uuid()
    from watch_cohorts`;
  await world.store.transaction((sql) => setApart(sql, TOKEN, next));
  expect(await apart()).toEqual([]);
  await world.sql`update watch_cohorts set lease_token = ${TOKEN}`;
  await world.store.transaction((sql) => setApart(sql, TOKEN, next));
  expect(await apart()).toHaveLength(1);
});

it('a watch that an older release moves into a group taken for empty is found within the hour', async () => {
  const world = await startGroupWorld();
  const [job] = await world.submit(1, { lasts: 5 });
  await world.pass(TICK_SECONDS);
  await world.sweep();
  await world.pass(3600);
  await world.sweep();
  await world.sql`update watches set outcome = '', ended_at = null where job_id = ${job?.id ?? ''}`;
  await world.pass(3601);
  await world.sweep();
  await world.pass(TICK_SECONDS);
  await world.sweep();
  expect(await world.outcomes()).toEqual({ Success: 1 });
});

it('leases of more rows than a statement may touch are renewed and given back all the same', async () => {
  const world = await startGroupWorld();
  await world.submit(1200, { ago: 3000 });
  await world.sql.unsafe(`
    create table touched (rows int);
    create function note_rows() returns trigger language plpgsql as $$
      begin insert into touched select count(*) from changed; return null; end $$;
    create trigger noted after update on watches referencing new table as changed
      for each statement execute function note_rows()`);
  const run = await beginRun(world.parts());
  const lane = await enterBucket(run, { name: BUCKET, region: REGION });
  if (lane === undefined) throw new Error('expected an open lane');
  const kind = { bucket: BUCKET, region: REGION, tag: TAG };
  await withHold(run, { kind, lane, bucketsAtOnce: 1 }, async (hold) => {
    await world.sql`
      update watches set apart_at = jobwatch_now(), claim_token = ${hold.token},
        claimed_until = jobwatch_now() + interval '60 seconds'`;
    await world.sql`delete from touched`;
    await world.pass(30);
    await hold.keepLease();
    const [held] = await world.sql`
      select count(*)::int as count from watches where claimed_until = jobwatch_now() + interval '60 seconds'`;
    expect(held).toEqual({ count: 1200 });
  });
  expect(await world.sql`select 1 from watches where claim_token is not null`).toEqual([]);
  const [most] = await world.sql`select max(rows) as rows from touched`;
  expect(most).toEqual({ rows: BATCH_ROWS });
});
