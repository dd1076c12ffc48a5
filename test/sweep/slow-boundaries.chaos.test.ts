import { expect, it } from 'vitest';
import { type GroupWorld, startGroupWorld } from '../worlds/group-world.ts';
import { BUCKET, QUEUE, REGION, TAG } from '../worlds/test-cloud.ts';

/*
 * A database on which each cohort that comes or goes takes its time: all of a settlement takes longer than the 2 s of a
 * statement, and half of it, or a quarter, does not.
 */

const COHORTS = 12;
const MS_PER_ROW = 250;

async function slowDown({ sql }: GroupWorld, verb: 'insert' | 'delete'): Promise<void> {
  await sql.unsafe(`
    create function take_time() returns trigger language plpgsql as $$
      begin perform pg_sleep(${MS_PER_ROW / 1000}); return coalesce(new, old); end $$;
    create trigger slow before ${verb} on watch_cohorts for each row execute function take_time()`);
}

async function expectSettled(world: GroupWorld, cohorts: number): Promise<void> {
  expect(world.lines.filter(({ message }) => message.includes('locked'))).toEqual([]);
  const stored = await world.cohorts();
  expect(stored.filter(({ open }) => open > 0)).toHaveLength(cohorts);
  expect(stored.reduce((sum, { open }) => sum + open, 0)).toBe(COHORTS);
  expect(stored.filter(({ leased }) => leased)).toEqual([]);
  expect(await world.uncovered()).toBe(0);
  // Each of them counts what lies in it.
  const members = new Map((await world.members()).map(({ start, members }) => [start, members]));
  for (const { start, open } of stored) expect(members.get(start) ?? 0).toBe(open);
}

it('a cohort that is cut into many is cut all the same', async () => {
  const world = await startGroupWorld();
  // Each of another age: no two of them stand together.
  for (let job = 0; job < COHORTS; job += 1) await world.submit(1, { ago: 60 * 3 ** job, lasts: 1e9 });
  await world.pass(11);
  await slowDown(world, 'insert');
  expect(await world.sweep()).toMatchObject({ claimed: COHORTS, changed: COHORTS });
  await expectSettled(world, COHORTS);
});

it('many cohorts that become one become one all the same', async () => {
  const world = await startGroupWorld();
  await world.submit(COHORTS, { ago: 600, spread: COHORTS * 5 });
  await world.pass(11);
  await world.sweep();
  await world.sql`
    insert into watch_cohorts (bucket, region, tag, queue_id, starts_at, next_check_at, open, oldest_at, youngest_at)
    select ${BUCKET}, ${REGION}, ${TAG}, ${QUEUE}, job_created_at, jobwatch_now(), 1, job_created_at, job_created_at
    from watches order by job_created_at offset 1`;
  await world.sql`update watch_cohorts set open = 1 where starts_at = '-infinity'`;
  await world.makeAllDue();
  await slowDown(world, 'delete');
  expect(await world.sweep()).toMatchObject({ claimed: COHORTS, changed: 0 });
  await expectSettled(world, 1);
});
