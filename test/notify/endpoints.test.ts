import { describe, expect, it } from 'vitest';
import { startDelivering } from '../worlds/delivering.ts';

/** All attempts that one endpoint has under way. */
const SEATS = 8;
const MINUTE = 60;

describe('an endpoint that answers 410', () => {
  it('is switched off, which is logged once and seen, and the others go on', async () => {
    const world = await startDelivering();
    const first = await world.succeed(3 * SEATS);
    world.answer('gone', 410);
    const run = await world.deliverTo('gone', 'other');
    expect(await run()).toMatchObject({ switchedOff: 1, delivered: 3 * SEATS, dead: 0 });
    expect(world.cameTo('gone')).toHaveLength(SEATS);
    expect(world.linesWith('EndpointOff')).toEqual([
      expect.objectContaining({ level: 'error', endpoint: 'gone' }),
    ]);
    const waiting = await world.deliveries({ endpoint: 'gone' });
    expect(waiting).toHaveLength(3 * SEATS);
    for (const delivery of waiting) {
      expect(delivery).toMatchObject({
        State: 'pending',
        Attempts: 0,
        EndpointDisabledAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      });
    }
    expect(waiting.filter(({ LastStatus }) => LastStatus === 410)).toHaveLength(SEATS);
    expect(await world.deliveries({ endpoint: 'other' })).toMatchObject(
      first.map(() => ({ State: 'delivered', EndpointDisabledAt: null })),
    );

    const later = await world.succeed(2);
    await world.pass(7 * 24 * 60 * MINUTE);
    await run();
    expect(world.cameTo('gone')).toHaveLength(SEATS);
    // The others hear of it, too.
    const [off, ...twice] = world.cameTo('other').filter((id) => id.startsWith('off-gone-'));
    expect(twice).toEqual([]);
    expect(world.cameTo('other').sort()).toEqual([...first, ...later, off].sort());
    expect(world.linesWith('EndpointOff')).toHaveLength(1);
  });

  it('is switched on by POST /endpoints/{name}/enable, and gets all that waited', async () => {
    const world = await startDelivering();
    const first = await world.succeed(2);
    world.answer('gone', 410);
    const run = await world.deliverTo('gone');
    await run();
    const later = await world.succeed(2);
    world.answer('gone', 204);
    expect(await world.post('/endpoints/gone/enable')).toMatchObject({
      status: 202,
      json: { Name: 'gone', DisabledAt: null },
    });
    expect(await world.deliveries()).toMatchObject(first.map(() => ({ EndpointDisabledAt: null })));
    expect(await run()).toMatchObject({ delivered: 4, switchedOff: 0 });
    expect(world.cameTo('gone').slice(first.length).sort()).toEqual([...first, ...later].sort());
    expect(await world.deliveries()).toMatchObject(Array(4).fill({ State: 'delivered', Attempts: 1 }));
  });

  it('that goes on being gone is switched off, and told of, again', async () => {
    const world = await startDelivering();
    await world.succeed();
    world.answer('gone', 410);
    const run = await world.deliverTo('gone');
    for (const times of [1, 2]) {
      await run();
      expect(world.cameTo('gone')).toHaveLength(times);
      expect(world.linesWith('EndpointOff')).toHaveLength(times);
      await world.post('/endpoints/gone/enable');
    }
  });
});

describe('POST /endpoints/{name}/enable', () => {
  it('is 404 for an endpoint that there never was', async () => {
    const world = await startDelivering();
    await (await world.deliverTo('hooks'))();
    expect(await world.post('/endpoints/others/enable')).toMatchObject({
      status: 404,
      json: { code: 'NotFound', detail: 'endpoint: expected one that is known, got "others"' },
    });
  });

  it('changes nothing for one that is on', async () => {
    const world = await startDelivering();
    await (await world.deliverTo('hooks'))();
    expect(await world.post('/endpoints/hooks/enable')).toMatchObject({ status: 202 });
  });

  it('refuses what can be no name', async () => {
    const world = await startDelivering();
    for (const name of ['a%00b', 'Hooks', '1', 'a%2Fb', '%FF', 'x'.repeat(33)]) {
      const { status, json } = await world.post(`/endpoints/${name}/enable`);
      expect({ name, status, code: json['code'] }).toEqual({ name, status: 400, code: 'InvalidInput' });
      expect(json['detail']).toMatch(/^name: expected /);
    }
  });
});

it.each([301, 302, 303, 307, 308])('a redirect (%i) is a failure and is not followed', async (status) => {
  const world = await startDelivering();
  await world.succeed();
  world.answer('moved', status, { location: '/elsewhere' });
  const run = await world.deliverTo('moved');
  expect(await run()).toMatchObject({ delivered: 0, retried: 1 });
  expect(world.cameTo('elsewhere')).toEqual([]);
  expect(await world.deliveries()).toMatchObject([{ State: 'pending', Attempts: 1, LastStatus: status }]);
});

it('an endpoint that nobody listens at is a failure with a reason, and no other waits for it', async () => {
  const world = await startDelivering();
  const [id] = await world.succeed();
  world.answerBy('dead', (_, request) => request.socket.resetAndDestroy());
  const run = await world.deliverTo('dead', 'other');
  await run();
  expect(world.cameTo('other')).toEqual([id]);
  expect(await world.deliveries({ endpoint: 'dead' })).toMatchObject([
    { Attempts: 1, LastStatus: null, LastError: '127.0.0.1 did not answer (ECONNRESET)' },
  ]);
});

it('an endpoint that is taken out of WEBHOOKS keeps its deliveries, which go on when it is back', async () => {
  const world = await startDelivering();
  const first = await world.succeed(2);
  world.answer('absent', 500);
  const both = await world.deliverTo('absent', 'other');
  await both();
  const without = await world.deliverTo('other');
  await world.pass(10 * MINUTE);
  const meanwhile = await world.succeed();
  await without();
  expect(world.cameTo('absent')).toHaveLength(2);
  expect(world.cameTo('other').sort()).toEqual([...first, ...meanwhile].sort());
  world.answer('absent', 200);
  await (await world.deliverTo('absent', 'other'))();
  expect(world.cameTo('absent').slice(2).sort()).toEqual([...first].sort());
});
