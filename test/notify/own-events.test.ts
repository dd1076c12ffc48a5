import { describe, expect, it } from 'vitest';
import { recoverSome } from '../../shared/notify/recover-deliveries.ts';
import type { Rule } from '../../shared/rules/rule.ts';
import { openStore } from '../../shared/store/store.ts';
import { findBrake } from '../../shared/submit/brake.ts';
import { type Delivering, startDelivering } from '../worlds/delivering.ts';

const wantsOnly = (name: string, ...events: string[]) => ({ name, events });

/** The last body of a type that came. */
function told({ received }: Delivering, type: string): Record<string, unknown>[] {
  return received.map(({ body }) => JSON.parse(body)).filter((event) => event.type === type);
}

async function endpoint(world: Delivering, name: string): Promise<Record<string, unknown>> {
  const { json } = await world.get('/endpoints');
  const { Endpoints } = json;
  if (!Array.isArray(Endpoints)) throw new Error(`expected Endpoints, got ${JSON.stringify(json)}`);
  return Endpoints.find(({ Name }) => Name === name);
}

describe('a sweep that is late', () => {
  const sweep = ({ sql }: Delivering) => sql`
    insert into last_sweep (started_at) values (jobwatch_now())
    on conflict (only_row) do update set started_at = excluded.started_at`;

  it('is told once for each time, when none ran for ten ticks', async () => {
    const world = await startDelivering();
    const run = await world.deliverTo('hooks');
    await run();
    await sweep(world);
    await world.pass(95);
    await run();
    expect(told(world, 'jobwatch.sweep.late')).toEqual([]);
    await world.pass(10);
    await run();
    await run();
    expect(told(world, 'jobwatch.sweep.late')).toMatchObject([
      { source: '/jobwatch', subject: 'recheck', data: { LastSweepAt: expect.any(String) } },
    ]);
    expect(world.linesWith('SweepLate')).toHaveLength(1);
    await sweep(world);
    await world.pass(200);
    await run();
    expect(told(world, 'jobwatch.sweep.late')).toHaveLength(2);
  });
});

it('a rule that is braked is told of, once an hour, and stands in the feed', async () => {
  const world = await startDelivering();
  const rule = { name: 'clips', maxJobsPerHour: 1 } as Rule;
  await world.sql`
    insert into intents (id, bucket, region, source, rule, request, state, next_try_at, created_at, posted_at, settled_at)
    values (gen_random_uuid(), 'b', 'r', 'object', 'clips', '{}', 'submitted', now(), now(), jobwatch_now(), now())`;
  for (const _ of [1, 2]) await world.store.transaction((sql) => findBrake(sql, rule));
  await (await world.deliverTo(wantsOnly('hooks', 'jobwatch.rule.braked')))();
  const [event, ...twice] = told(world, 'jobwatch.rule.braked');
  expect(twice).toEqual([]);
  expect(event).toMatchObject({ subject: 'clips', data: { Rule: 'clips', MaxJobsPerHour: 1 } });
  await world.untilFeedIsWhole();
  expect((await world.get('/events')).json['Events']).toEqual([event]);
});

describe('POST /endpoints/{name}/test', () => {
  it('sends an event of its own to that endpoint alone, whatever it wants; twice at once it is one', async () => {
    const world = await startDelivering();
    const run = await world.deliverTo(wantsOnly('hooks', 'jobwatch.job.failed'), 'other');
    await run();
    await world.sql`create or replace function jobwatch_now() returns timestamptz language sql volatile
      as 'select timestamptz ''2030-01-01T00:00:01Z'''`;
    const { status, json } = await world.post('/endpoints/hooks/test');
    expect(status).toBe(202);
    expect((await world.post('/endpoints/hooks/test')).json).toEqual(json);
    await run();
    expect(world.received).toHaveLength(1);
    expect(world.cameTo('hooks')).toEqual([json['EventId']]);
    expect(told(world, 'jobwatch.endpoint.test')).toMatchObject([
      { subject: 'hooks', data: { Endpoint: 'hooks', By: 'local' } },
    ]);
    expect((await world.deliveries()).map(({ Id }) => Id)).toEqual([json['DeliveryId']]);
    // Of no interest to whoever reads the feed.
    expect((await world.get('/events')).json['Events']).toEqual([]);
  });

  it('is 404 for an endpoint that deliver does not know', async () => {
    const world = await startDelivering();
    expect((await world.post('/endpoints/nobodys/test')).status).toBe(404);
  });
});

describe('GET /endpoints', () => {
  it('shows who is told and how that goes, and nothing secret', async () => {
    const world = await startDelivering();
    const run = await world.deliverTo('hooks', wantsOnly('quiet', 'jobwatch.job.failed'));
    await world.succeed(2);
    await run();
    world.answer('hooks', 503);
    await world.succeed();
    await run();
    expect(await endpoint(world, 'hooks')).toMatchObject({
      Kind: 'webhook',
      Host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      Events: ['*'],
      DisabledAt: null,
      PausedUntil: null,
      Pending: 1,
      Dead: 0,
      OldestPendingAt: expect.any(String),
      LastDeliveredAt: expect.any(String),
      LastStatus: 503,
      LastError: 'answered 503: expected a 2xx',
    });
    expect(await endpoint(world, 'quiet')).toMatchObject({ Pending: 0, LastStatus: null, LastError: '' });
    expect((await world.get('/endpoints')).body).not.toContain(world.secret);
    // One that was taken out is shown while something waits for it.
    await (await world.deliverTo('other'))();
    expect(await endpoint(world, 'hooks')).toMatchObject({ Pending: 1 });
    expect(await endpoint(world, 'quiet')).toBeUndefined();
  });
});

describe('POST /endpoints/{name}/recover', () => {
  /** Deliveries that are dead, of jobs with two events each. */
  async function startDead(jobs: number) {
    const world = await startDelivering();
    const jobIds = await world.watchJobs(jobs);
    await world.hear(jobIds, 'Running', 1);
    await world.hear(jobIds, 'Success', 2);
    world.answer('hooks', 410);
    const run = await world.deliverTo('hooks');
    await run();
    await world.sql`update deliveries set state = 'dead', ended_at = jobwatch_now(), claim_token = null`;
    world.answer('hooks', 204);
    await world.post('/endpoints/hooks/enable');
    return { ...world, run, jobIds, earlier: world.cameTo('hooks').length };
  }
  const long = '2020-01-01T00:00:00Z';

  it('sends what is dead since then again, each job’s in order', async () => {
    const world = await startDead(5);
    const { status, json } = await world.post('/endpoints/hooks/recover', { since: long });
    expect({ status, json }).toEqual({ status: 202, json: { Count: 10 } });
    expect(await world.run()).toMatchObject({ delivered: 10 });
    const again = world.cameTo('hooks').slice(world.earlier);
    for (const [jobId, ids] of [...(await world.eventIds())].filter(([id]) => id !== ''))
      expect(again.filter((id) => id.startsWith(jobId))).toEqual(ids);
    expect((await world.post('/endpoints/hooks/recover', { since: long })).json).toEqual({ Count: 0 });
  });

  it('leaves what was made before', async () => {
    const world = await startDead(2);
    await world.post('/endpoints/hooks/recover', { since: '2100-01-01T00:00:00Z' });
    expect(await world.run()).toMatchObject({ delivered: 0 });
  });

  it('what dies anew is not sent again by the same order, and more than a batch is', async () => {
    const world = await startDead(300);
    await world.post('/endpoints/hooks/recover', { since: long });
    world.answer('hooks', 500);
    await world.run();
    const [row] = await world.sql`
      select count(*) filter (where state = 'dead')::int as dead,
        (select recover_since from endpoints where name = 'hooks') as since from deliveries`;
    expect(row).toEqual({ dead: 0, since: null });
  });

  it('an order whose deliver is killed in the middle of a batch is done by the next one, each delivery once', async () => {
    const world = await startDead(4);
    await world.post('/endpoints/hooks/recover', { since: long });
    const store = openStore(world.url, Date.now);
    const killed = store.transaction(async (sql) => {
      expect(await recoverSome(sql, 'hooks', 3)).toBe(3);
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    // What was committed before another kill is not done anew.
    expect(await store.transaction((sql) => recoverSome(sql, 'hooks', 3))).toBe(3);
    await store.close();
    expect(await world.run()).toMatchObject({ delivered: 8 });
    const again = world.cameTo('hooks').slice(world.earlier);
    expect(new Set(again).size).toBe(8);
    expect(again).toHaveLength(8);
    const [order] = await world.sql`select recover_since from endpoints where name = 'hooks'`;
    expect(order).toEqual({ recover_since: null });
  });

  it('wants to know since when, and for whom', async () => {
    const world = await startDelivering();
    expect((await world.post('/endpoints/hooks/recover')).status).toBe(400);
    expect((await world.post('/endpoints/nobodys/recover', { since: long })).status).toBe(404);
  });
});
