import { expect, it } from 'vitest';
import { type Delivering, startDelivering } from '../worlds/delivering.ts';
import { loadFunction } from '../worlds/load-function.ts';

const ATTEMPTS = 9;
/** More than all gaps together. */
const TWO_DAYS = 172_800;

it('after the ninth failure a delivery is dead: kept, logged once as an error, and never tried again', async () => {
  const { world, run, id } = await startDead();
  expect(await world.deliveries()).toEqual([
    {
      Id: `${id}.hooks`,
      EventId: id,
      Type: 'jobwatch.job.succeeded',
      JobId: id.slice(0, id.lastIndexOf('-')),
      Endpoint: 'hooks',
      EndpointDisabledAt: null,
      State: 'dead',
      Attempts: ATTEMPTS,
      LastStatus: 503,
      LastError: 'answered 503: expected a 2xx',
      CreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      NextAttemptAt: null,
      EndedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    },
  ]);
  const before = world.cameTo('hooks').length;
  await world.pass(TWO_DAYS);
  expect(await run()).toMatchObject({ delivered: 0, retried: 0, dead: 0 });
  expect(world.cameTo('hooks')).toHaveLength(before);
  expect(world.linesWith('DeliveryDead')).toEqual([
    expect.objectContaining({
      level: 'error',
      delivery: `${id}.hooks`,
      endpoint: 'hooks',
      reason: 'answered 503: expected a 2xx',
    }),
  ]);
});

it('POST /deliveries/{id}/retry sends it again, with the same id and body and all attempts before it', async () => {
  const { world, run, id } = await startDead();
  const { status, json } = await world.post(`/deliveries/${id}.hooks/retry`);
  expect(status).toBe(202);
  expect(json).toMatchObject({ Id: `${id}.hooks`, State: 'pending', Attempts: 0, EndedAt: null });
  expect(json).toEqual((await world.deliveries())[0]);
  expect(await run()).toMatchObject({ retried: 1, dead: 0 });
  world.answer('hooks', 200);
  await world.pass(TWO_DAYS);
  expect(await run()).toMatchObject({ delivered: 1 });
  expect(await world.deliveries()).toMatchObject([{ State: 'delivered', Attempts: 2, LastError: '' }]);
  expect(new Set(world.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
});

it('one that was delivered is sent again too', async () => {
  const world = await startDelivering();
  const [id = ''] = await world.succeed();
  const run = await world.deliverTo('hooks');
  await run();
  expect((await world.post(`/deliveries/${id}.hooks/retry`)).status).toBe(202);
  await run();
  expect(world.cameTo('hooks')).toEqual([id, id]);
  expect(await world.deliveries()).toMatchObject([{ State: 'delivered', Attempts: 1 }]);
});

it('what is dead holds up no later event of its job, and those wait for it while it is sent again', async () => {
  const world = await startDelivering();
  const [jobId = ''] = await world.watchJobs(1);
  world.answer('hooks', 503);
  const run = await world.deliverTo('hooks');
  await world.hear([jobId], 'Running', 1);
  await run();
  await lastAttempt(world, run);
  await world.hear([jobId], 'Success', 2);
  const [running = '', succeeded = ''] = (await world.eventIds()).get(jobId) ?? [];
  await run();
  expect(world.cameTo('hooks').at(-1)).toBe(succeeded);
  await world.post(`/deliveries/${running}.hooks/retry`);
  world.answer('hooks', 200);
  await world.pass(TWO_DAYS);
  await run();
  expect(world.cameTo('hooks').slice(-2)).toEqual([running, succeeded]);
});

it('one that waits for its next attempt is sent at once, and then what waited for it', async () => {
  const world = await startDelivering();
  const [jobId = ''] = await world.watchJobs(1);
  await world.hear([jobId], 'Running', 1);
  await world.hear([jobId], 'Success', 2);
  world.answer('hooks', 503);
  const run = await world.deliverTo('hooks');
  await run();
  const ids = (await world.eventIds()).get(jobId) ?? [];
  world.answer('hooks', 200);
  await run();
  expect(world.cameTo('hooks')).toHaveLength(1);
  await world.post(`/deliveries/${ids[0]}.hooks/retry`);
  expect(await run()).toMatchObject({ delivered: 2 });
  expect(world.cameTo('hooks').slice(1)).toEqual(ids);
});

it('one that nobody knows is 404', async () => {
  const world = await startDelivering();
  expect(await world.post('/deliveries/j0-1.hooks/retry')).toMatchObject({
    status: 404,
    json: { code: 'NotFound', detail: 'delivery: expected one that is known, got "j0-1.hooks"' },
  });
});

it('what can be no id is refused by name', async () => {
  const world = await startDelivering();
  for (const id of ['a%00b', 'a%20b', 'a%2Fb', '%FF', "'", 'x'.repeat(201)]) {
    const { status, json } = await world.post(`/deliveries/${id}/retry`);
    expect({ id, status, code: json['code'] }).toEqual({ id, status: 400, code: 'InvalidInput' });
    expect(json['detail']).toMatch(/^id: expected /);
  }
});

it('without a store it is 503, without a token 401, and another method 405', async () => {
  const env = {
    CI_BUCKETS: 'media-1250000000@ap-guangzhou',
    DATABASE_URL: '',
    API_AUTH: '',
    API_TOKENS: 'open-up-for-whoever-asks',
  };
  const submit = await loadFunction('api', env);
  const headers = { authorization: 'Bearer open-up-for-whoever-asks' };
  for (const path of ['/deliveries/j1-1.hooks/retry', '/endpoints/hooks/enable']) {
    expect(await submit(path, { method: 'POST', headers })).toMatchObject({
      status: 503,
      json: { code: 'NoStore' },
      headers: { 'retry-after': '60' },
    });
    expect(await submit(path, { method: 'POST' })).toMatchObject({ status: 401 });
    expect(await submit(path, { method: 'GET', headers })).toMatchObject({
      status: 405,
      headers: { allow: 'POST, OPTIONS' },
    });
  }
});

/** One delivery that was refused nine times. */
async function startDead() {
  const world = await startDelivering();
  const [id = ''] = await world.succeed();
  world.answer('hooks', 503);
  const run = await world.deliverTo('hooks');
  await run();
  await lastAttempt(world, run);
  return { world, run, id };
}

async function lastAttempt(world: Delivering, run: () => Promise<unknown>): Promise<void> {
  await world.sql`update deliveries set attempts = ${ATTEMPTS - 1}`;
  await world.pass(TWO_DAYS);
  await run();
}
