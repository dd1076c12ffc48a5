import { describe, expect, it } from 'vitest';
import { startDelivering } from '../worlds/delivering.ts';

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
      expect(await world.deliveries({ endpoint: 'busy' })).toMatchObject(
        // Who asks for patience has not failed.
        Array(3).fill({ Attempts: status === 429 ? 0 : 1 }),
      );

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

  it('of a second is waited for, and no attempt is lost by it', async () => {
    const world = await startDelivering();
    const ids = await world.succeed(3);
    let asked = 0;
    world.answerBy('busy', (response) => {
      asked += 1;
      if (asked > 3) response.writeHead(204).end();
      else response.writeHead(429, { 'retry-after': '1' }).end();
    });
    const run = await world.deliverTo('busy');
    expect(await run()).toMatchObject({ delivered: 3, retried: 3 });
    expect(world.cameTo('busy').sort()).toEqual([...ids, ...ids].sort());
    expect(await world.deliveries()).toMatchObject(Array(3).fill({ State: 'delivered', Attempts: 1 }));
  });

  it('of a 429 that never ends counts after a day: nobody is asked for ever', async () => {
    const world = await startDelivering();
    await world.succeed();
    world.answer('busy', 429, { 'retry-after': '600' });
    const run = await world.deliverTo('busy');
    for (let hours = 0; hours < 24; hours += 6) {
      await run();
      await world.pass(6 * 3600);
    }
    expect(await world.deliveries()).toMatchObject([{ State: 'pending', Attempts: 0 }]);
    for (let attempt = 1; attempt <= 9; attempt++) {
      await run();
      await world.pass(15 * 3600);
    }
    expect(await world.deliveries()).toMatchObject([{ State: 'dead', Attempts: 9 }]);
  });

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
