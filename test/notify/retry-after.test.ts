import { describe, expect, it } from 'vitest';
import { startDelivering } from './delivering.ts';

const MINUTE = 60;

describe('Retry-After', () => {
  it.each([429, 503, 500])(
    'of a %i leaves the whole endpoint alone for so long, and no other',
    async (status) => {
      const world = await startDelivering();
      const first = await world.succeed(3);
      world.answer('busy', status, { 'retry-after': '120' });
      const run = await world.deliverTo('busy', 'other');
      await run();
      expect(world.cameTo('busy')).toHaveLength(3);
      expect(await world.deliveries({ endpoint: 'busy' })).toMatchObject(Array(3).fill({ Attempts: 1 }));

      // The first retry would be due, and what is new even more so.
      const later = await world.succeed(2);
      await world.pass(MINUTE);
      await run();
      expect(world.cameTo('busy')).toHaveLength(3);
      expect(world.cameTo('other').sort()).toEqual([...first, ...later].sort());

      world.answer('busy', 200);
      await world.pass(MINUTE + 1);
      expect(await run()).toMatchObject({ delivered: 5 });
    },
  );

  it('of more than ten minutes counts as ten', async () => {
    const world = await startDelivering();
    await world.succeed();
    world.answer('busy', 429, { 'retry-after': '86400' });
    const run = await world.deliverTo('busy');
    await run();
    await world.pass(9 * MINUTE);
    await run();
    expect(world.cameTo('busy')).toHaveLength(1);
    await world.pass(MINUTE + 1);
    await run();
    expect(world.cameTo('busy')).toHaveLength(2);
  });

  it('is forgotten when somebody switches the endpoint on', async () => {
    const world = await startDelivering();
    await world.succeed();
    world.answer('busy', 429, { 'retry-after': '600' });
    const run = await world.deliverTo('busy');
    await run();
    await world.post('/endpoints/busy/enable');
    await world.pass(6);
    await run();
    expect(world.cameTo('busy')).toHaveLength(2);
  });
});
