import { describe, expect, it } from 'vitest';
import { type Delivering, startDelivering, wants } from '../worlds/delivering.ts';
import { loadFunction } from '../worlds/load-function.ts';

const MOMENT = '2026-06-01T10:00:00.123456Z';

describe('GET /deliveries', () => {
  it('shows the newest first, and of each how it stands', async () => {
    const world = await startDelivering();
    const run = await world.deliverTo('hooks');
    const [first = ''] = await world.succeed();
    await run();
    world.answer('hooks', 503);
    const [second = ''] = await world.succeed();
    await run();
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const shared = {
      Type: 'jobwatch.job.succeeded',
      Endpoint: 'hooks',
      EndpointDisabledAt: null,
      Attempts: 1,
    };
    const { status, json } = await world.get('/deliveries');
    expect(status).toBe(200);
    expect(json).toEqual({
      Deliveries: [
        {
          ...shared,
          Id: `${second}.hooks`,
          EventId: second,
          JobId: second.slice(0, second.lastIndexOf('-')),
          State: 'pending',
          LastStatus: 503,
          LastError: 'answered 503: expected a 2xx',
          CreatedAt: time,
          NextAttemptAt: time,
          EndedAt: null,
        },
        {
          ...shared,
          Id: `${first}.hooks`,
          EventId: first,
          JobId: first.slice(0, first.lastIndexOf('-')),
          State: 'delivered',
          LastStatus: 204,
          LastError: '',
          CreatedAt: time,
          NextAttemptAt: null,
          EndedAt: time,
        },
      ],
      NextCursor: '',
    });
  });

  it('filters by state and endpoint, together too', async () => {
    const world = await startDelivering();
    await world.succeed(2);
    world.answer('b', 500);
    await (await world.deliverTo('a', 'b'))();
    await world.sql`update deliveries set state = 'dead', ended_at = jobwatch_now()
      where id = (select min(id) from deliveries where endpoint = 'b')`;
    const namesOf = async (query: Record<string, string>) =>
      (await world.deliveries(query)).map(({ Endpoint, State }) => `${Endpoint} ${State}`).sort();
    expect(await namesOf({})).toEqual(['a delivered', 'a delivered', 'b dead', 'b pending']);
    expect(await namesOf({ state: 'delivered' })).toEqual(['a delivered', 'a delivered']);
    expect(await namesOf({ state: 'pending' })).toEqual(['b pending']);
    expect(await namesOf({ endpoint: 'b' })).toEqual(['b dead', 'b pending']);
    expect(await namesOf({ endpoint: 'b', state: 'dead' })).toEqual(['b dead']);
    expect(await namesOf({ endpoint: 'a', state: 'dead' })).toEqual([]);
    expect(await namesOf({ endpoint: 'nobodys' })).toEqual([]);
  });

  it('goes through all of them page by page, though all are of the same microsecond', async () => {
    const world = await startDelivering();
    await world.succeed(4);
    await (await world.deliverTo('a', 'b'))();
    await world.sql`update deliveries set created_at = ${MOMENT}::text::timestamptz`;
    const all = (await world.deliveries()).map(({ Id }) => Id);
    expect(all).toHaveLength(8);
    expect(all).toEqual([...all].sort().reverse());
    for (const limit of [1, 3, 8]) {
      const pages = await pagesOf(world, { limit: String(limit) });
      expect(pages.flat()).toEqual(all);
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    }
    expect((await pagesOf(world, { limit: '3', endpoint: 'a' })).flat()).toEqual(
      all.filter((id) => id.endsWith('.a')),
    );
  });

  it('no delivery comes twice or is lost while newer ones are made between the pages', async () => {
    const world = await startDelivering();
    const run = await world.deliverTo('hooks');
    await world.succeed(5);
    await run();
    const before = (await world.deliveries()).map(({ Id }) => Id);
    const pages = await pagesOf(world, { limit: '2' }, async () => {
      await world.succeed(2);
      await run();
    });
    expect(pages.flat()).toEqual(before);
  });

  it('refuses what it does not know, by name', async () => {
    const world = await startDelivering();
    const refused = [
      ['state', 'failed', 'expected one of pending, delivered, dead'],
      ['state', 'Dead', 'expected one of pending, delivered, dead'],
      ['endpoint', 'Hooks', 'expected the name of an endpoint'],
      ['endpoint', 'a\u0000', 'expected the name of an endpoint'],
      ['limit', '0', 'expected 1 to 200'],
      ['limit', '201', 'expected 1 to 200'],
      ['limit', '1e2', 'expected 1 to 200'],
      ['cursor', 'first', 'expected the NextCursor of an earlier answer'],
      ['cursor', Buffer.from('1.a b').toString('base64url'), 'expected the NextCursor of an earlier answer'],
      ['sort', 'asc', 'unknown; known are state, endpoint, limit, cursor'],
    ];
    for (const [name = '', value = '', expected = ''] of refused) {
      const { status, json } = await world.get('/deliveries', { [name]: value });
      expect({ name, value, status, code: json['code'] }).toEqual({
        name,
        value,
        status: 400,
        code: 'InvalidInput',
      });
      expect(json['detail']).toMatch(new RegExp(`^${name}: ${expected}`));
    }
  });

  it('needs a token', async () => {
    const world = await startDelivering();
    const guarded = await loadFunction('describe', {
      ...world.env,
      API_AUTH: '',
      API_TOKENS: 'open-up-for-whoever-asks',
    });
    expect((await guarded('/deliveries')).status).toBe(401);
    expect(
      (await guarded('/deliveries', { headers: { authorization: 'Bearer open-up-for-whoever-asks' } }))
        .status,
    ).toBe(200);
  });
});

it('GET /watches/{id} shows the deliveries of its job, in the order of its events', async () => {
  const world = await startDelivering();
  const [jobId = '', other = ''] = await world.watchJobs(2);
  await world.hear([jobId, other], 'Running', 1);
  await world.hear([jobId], 'Success', 2);
  const [running, succeeded] = (await world.eventIds()).get(jobId) ?? [];
  world.answer('b', 500);
  await (await world.deliverTo(wants('b'), wants('a')))();
  const { json } = await world.get(`/watches/${jobId}`);
  const { Deliveries } = json;
  expect(Deliveries).toMatchObject([
    { Id: `${running}.a`, State: 'delivered', Type: 'jobwatch.job.running' },
    { Id: `${running}.b`, State: 'pending', Attempts: 1 },
    { Id: `${succeeded}.a`, State: 'delivered', Type: 'jobwatch.job.succeeded' },
    { Id: `${succeeded}.b`, State: 'pending', Attempts: 0 },
  ]);
  const listed = await world.deliveries();
  for (const delivery of Object(Deliveries)) expect(listed).toContainEqual(delivery);
  expect((await world.get(`/watches/${other}`)).json['Deliveries']).toHaveLength(2);
});

async function pagesOf(
  world: Delivering,
  query: Record<string, string>,
  between: () => Promise<void> = async () => undefined,
): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | undefined; cursor !== ''; ) {
    if (cursor !== undefined) await between();
    const { json } = await world.get('/deliveries', {
      ...query,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const { Deliveries, NextCursor } = json;
    if (!Array.isArray(Deliveries)) throw new Error(`expected Deliveries, got ${JSON.stringify(json)}`);
    pages.push(Deliveries.map(({ Id }) => String(Id)));
    cursor = String(NextCursor);
  }
  return pages;
}
