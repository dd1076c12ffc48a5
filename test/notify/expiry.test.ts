import { expect, it } from 'vitest';
import { startDelivering } from '../worlds/delivering.ts';

const DAY_SECONDS = 86_400;
const RETENTION_DAYS = 30;

it('what waits for an endpoint that is switched off is dead after RETENTION_DAYS, and not a day before', async () => {
  const world = await startDelivering();
  const [id = ''] = await world.succeed();
  world.answer('gone', 410);
  const run = await world.deliverTo('gone', 'other');
  await run();
  await world.pass((RETENTION_DAYS - 1) * DAY_SECONDS);
  expect(await run()).toMatchObject({ dead: 0 });
  await world.pass(DAY_SECONDS + 60);
  expect(await run()).toMatchObject({ dead: 1 });
  const [expired] = await world.deliveries({ endpoint: 'gone' });
  expect(expired).toMatchObject({
    State: 'dead',
    Attempts: 0,
    LastStatus: 410,
    LastError: 'not tried within RETENTION_DAYS (30); answered 410: expected a 2xx',
    EndedAt: expect.any(String),
  });
  expect(world.linesWith('DeliveryDead')).toEqual([
    expect.objectContaining({ level: 'error', delivery: `${id}.gone`, endpoint: 'gone' }),
  ]);
  expect(await run()).toMatchObject({ dead: 0 });

  // Dead as any other: it can be sent again.
  world.answer('gone', 204);
  await world.post('/endpoints/gone/enable');
  await world.post(`/deliveries/${id}.gone/retry`);
  await run();
  expect(world.cameTo('gone')).toEqual([id, id]);
});

it.each([
  ['another endpoint is left', ['other']],
  ['none is left', []],
])('so is what waits for one that was taken out of WEBHOOKS, whether %s', async (_, left) => {
  const world = await startDelivering();
  await world.succeed();
  world.answer('absent', 500);
  await (await world.deliverTo('absent'))();
  await world.pass(RETENTION_DAYS * DAY_SECONDS + 60);
  const run = await world.deliverTo(...left);
  expect(await run()).toMatchObject({ dead: 1 });
  expect(await world.deliveries()).toMatchObject([
    { State: 'dead', LastError: 'not tried within RETENTION_DAYS (30); answered 500: expected a 2xx' },
  ]);
  expect(world.linesWith('DeliveryDead')).toHaveLength(1);
});

it('RETENTION_DAYS says how long', async () => {
  const world = await startDelivering();
  const [running = ''] = await world.watchJobs(1);
  await world.hear([running], 'Running', 1);
  await world.hear([running], 'Success', 2);
  world.answer('absent', 410);
  await (await world.deliverTo('absent'))();
  await world.pass(2 * DAY_SECONDS + 60);
  process.env['RETENTION_DAYS'] = '2';
  const run = await world.deliverTo();
  delete process.env['RETENTION_DAYS'];
  expect(await run()).toMatchObject({ dead: 2 });
  expect((await world.deliveries()).map(({ LastError }) => LastError).sort()).toEqual([
    'not tried within RETENTION_DAYS (2)',
    'not tried within RETENTION_DAYS (2); answered 410: expected a 2xx',
  ]);
});

it('what was due for as long while deliver stood still is tried, and not given up', async () => {
  const world = await startDelivering();
  const [id] = await world.succeed();
  const run = await world.deliverTo('hooks');
  world.answer('hooks', 500);
  await run();
  await world.pass(2 * RETENTION_DAYS * DAY_SECONDS);
  world.answer('hooks', 204);
  expect(await run()).toMatchObject({ delivered: 1, dead: 0 });
  expect(world.cameTo('hooks')).toEqual([id, id]);
});
