import { expect, it } from 'vitest';
import type { Store } from '../../shared/store/store.ts';
import { type GroupWorld, startGroupWorld } from '../worlds/group-world.ts';

const TICK_SECONDS = 10;
const LEASE_SECONDS = 60;

/** A store whose process dies at its nth transaction: before it, or after it was committed. */
function dyingAt(store: Store, nth: number, after: boolean): Store & { readonly died: () => boolean } {
  let count = 0;
  let dead = false;
  return {
    died: () => dead,
    close: store.close,
    async transaction(work, limitMs) {
      count += 1;
      if (dead) throw new Error('killed');
      if (count < nth) return await store.transaction(work, limitMs);
      dead = true;
      if (after) await store.transaction(work, limitMs);
      throw new Error('killed');
    },
  };
}

/** Some of one age, a piece too large, some that end, and a head: boundaries are cut, merged and closed. */
async function startMixed(): Promise<GroupWorld> {
  const world = await startGroupWorld();
  await world.submit(1300, { ago: 2000, spread: 600 });
  await world.submit(30, { ago: 100, spread: 60, lasts: 105 });
  await world.submit(20, { ago: 20, spread: 15 });
  await world.submit(4);
  await world.pass(TICK_SECONDS);
  return world;
}

it('a sweep killed at any of its transactions, before or after the commit, loses nothing and tells nothing twice', async () => {
  const world = await startMixed();
  let nth = 0;
  for (let alive = false; !alive; ) {
    nth += 1;
    for (const after of [false, true]) {
      await world.sql`
        update watch_cohorts set next_check_at = least(next_check_at, jobwatch_now() - interval '1 second'),
          lease_token = null, leased_until = null`;
      const using = dyingAt(world.store, nth, after);
      await world.sweep({ using }).catch((error: Error) => expect(error.message).toBe('killed'));
      alive = !using.died();
      expect(await world.uncovered()).toBe(0);
      const waits = (await world.members()).map((cohort) => cohort.waits);
      expect(Math.max(...waits)).toBeLessThanOrEqual(360);
      await world.submit(3, { lasts: 100_000 });
      await world.pass(1);
    }
  }
  expect(nth).toBeGreaterThan(8);
  await world.pass(LEASE_SECONDS + 1);
  await world.sql`update watch_cohorts set next_check_at = least(next_check_at, jobwatch_now() - interval '1 second')`;
  await world.sweep();
  expect((await world.outcomes())['Success']).toBe(30);
  const [told] = await world.sql`
    select count(*)::int as steps, count(distinct job_id)::int as jobs from watch_history where to_state = 'Success'`;
  expect(told).toEqual({ steps: 30, jobs: 30 });
  expect(await world.sql`select 1 from watches where outcome = '' and state <> 'Running'`).toEqual([]);
  expect((await world.cohorts()).filter(({ leased }) => leased)).toEqual([]);
});
