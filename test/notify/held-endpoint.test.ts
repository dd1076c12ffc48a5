import { expect, it } from 'vitest';
import { startDelivering } from '../worlds/delivering.ts';
import { until } from '../worlds/until.ts';

it('a database that refuses for a while costs no repeat: what has arrived is written down later', async () => {
  const world = await startDelivering();
  const ids = await world.succeed(3);
  const held = world.hold('hooks');
  const run = await world.deliverTo('hooks', 'other');
  const ended = run();
  await until(() => expect(held).toHaveLength(3));

  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding = world.sql.begin(async (holder) => {
    await holder`select 1 from endpoints where name = 'hooks' for update`;
    for (const response of held) response.writeHead(204).end();
    await released;
  });
  await until(() => expect(world.linesWith('NotWrittenDown')).not.toEqual([]));
  release();
  await holding;

  expect(await ended).toMatchObject({ delivered: 6, retried: 0 });
  expect(world.cameTo('hooks').sort()).toEqual([...ids].sort());
  expect(await world.deliveries()).toMatchObject(Array(6).fill({ State: 'delivered', Attempts: 1 }));
});
