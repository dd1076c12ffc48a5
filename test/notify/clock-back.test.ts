import { describe, expect, it } from 'vitest';
import { startDelivering } from '../worlds/delivering.ts';

const HOUR = 3600;

describe.each([60, HOUR, 24 * HOUR])(
  'after the database clock was %i s ahead and was put right',
  (seconds) => {
    it('what failed meanwhile is tried again on its schedule', async () => {
      const world = await startDelivering();
      const before = await world.succeed(2);
      await world.pass(seconds);
      const meanwhile = await world.succeed(2);
      world.answer('hooks', 500);
      const run = await world.deliverTo('hooks');
      await run();
      await world.pass(-seconds);
      world.answer('hooks', 200);
      await world.pass(6);
      expect(await run()).toMatchObject({ delivered: 4 });
      expect(new Set(world.cameTo('hooks'))).toEqual(new Set([...before, ...meanwhile]));
    });

    it('an endpoint that wanted to be left alone by that clock is asked anew', async () => {
      const world = await startDelivering();
      await world.succeed();
      await world.pass(seconds);
      world.answer('busy', 429, { 'retry-after': '600' });
      const run = await world.deliverTo('busy');
      await run();
      await world.pass(-seconds);
      world.answer('busy', 200);
      expect(await run()).toMatchObject({ delivered: 1 });
    });

    it('what a deliver held that died then is sent', async () => {
      const world = await startDelivering();
      await world.succeed();
      const run = await world.deliverTo('other');
      await run();
      await world.sql`update deliveries set state = 'pending', ended_at = null`;
      await world.pass(seconds);
      await world.succeed();
      await run();
      await world.sql`
      update deliveries set state = 'pending', ended_at = null, claim_token = gen_random_uuid(),
        claimed_until = jobwatch_now() + interval '45 seconds'`;
      await world.pass(-seconds);
      await run();
      await world.pass(46);
      await run();
      expect(
        await world.sql`select count(*)::int as waiting from deliveries where state = 'pending'`,
      ).toEqual([{ waiting: 0 }]);
    });
  },
);

it('a pause from before the clock was ahead is kept', async () => {
  const world = await startDelivering();
  await world.succeed();
  world.answer('busy', 429, { 'retry-after': '600' });
  const run = await world.deliverTo('busy');
  await run();
  await world.pass(3 * HOUR);
  await world.pass(-3 * HOUR);
  await run();
  expect(world.cameTo('busy')).toHaveLength(1);
});
