import { expect, it } from 'vitest';
import { startGroupWorld } from '../worlds/group-world.ts';

const TICK_SECONDS = 10;
const JOBS = 700;
/** A whole batch of rows takes longer than the 2 s of a statement, and half of it does not. */
const MS_PER_ROW = 5;

it('on a database that takes its time for every row a sweep takes less at a time, and gets through', async () => {
  const world = await startGroupWorld();
  await world.submit(JOBS, { ago: 3000, lasts: 3005 });
  // They stand apart: each has a lease of its own.
  await world.sql`update watches set apart_at = jobwatch_now()`;
  await world.pass(TICK_SECONDS);
  // Every statement on watches is noted with its rows.
  await world.sql.unsafe(`
    create table touched (rows int);
    create function take_time() returns trigger language plpgsql as $$
      begin perform pg_sleep(${MS_PER_ROW / 1000}); return new; end $$;
    create trigger slow before update on watches for each row when (new.claim_token is not null) execute function take_time();
    create function note_rows() returns trigger language plpgsql as $$
      begin insert into touched select count(*) from changed; return null; end $$;
    create trigger noted after update on watches referencing new table as changed
      for each statement execute function note_rows()`);

  expect(await world.sweep()).toMatchObject({ finished: JOBS, errors: 0 });

  expect(await world.outcomes()).toEqual({ Success: JOBS });
  const [most] = await world.sql`select max(rows) as rows from touched`;
  expect(most).toEqual({ rows: 250 });
});
