import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asker, loadFunction } from '../worlds/load-function.ts';
import { startTestCloud, type TestCloud } from '../worlds/test-cloud.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';

const WRITE = 'w'.repeat(20);
const READ = 'r'.repeat(20);

let cloud: TestCloud;
let database: TestDatabase;
let sql: postgres.Sql;
let ask: Asker;
let env: Record<string, string>;

beforeAll(async () => {
  [cloud, database] = await Promise.all([startTestCloud(), startTestDatabase()]);
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  env = { ...cloud.env, DATABASE_URL: database.url, CI_MAX_RPS: '40', DISCOVER: '' };
  ask = await loadFunction('api', { ...env, API_AUTH: 'none' });
});
afterAll(async () => {
  await sql.end();
  await Promise.all([database.close(), cloud.close()]);
});

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('GET /overview', () => {
  it('of an empty store says that nothing is there', async () => {
    const { status, json } = await ask('/overview');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      Version: '0',
      Window: '24h',
      Open: { Pending: 0, Submitted: 0, Running: 0, Pause: 0 },
      Ended: { Success: 0, Failed: 0, Cancel: 0, Missing: 0 },
      FailureCodes: [],
      OldestOpen: null,
      Sweep: null,
      Rate: { PerSecond: 40, SlowUntil: null },
      Access: 'write',
      Off: ['previews', 'uploads', 'discover', 'webhooks'],
    });
  });

  it.each([
    ['1h', 900, 5],
    ['24h', 900, 97],
    ['7d', 3600, 169],
    ['30d', 86_400, 31],
  ])('window=%s has a point for each %i seconds, those of nothing too', async (window, step, points) => {
    const { json } = await ask('/overview', { query: { window } });
    const { StepSeconds, Points } = json['Series'] as { StepSeconds: number; Points: { At: string }[] };
    expect([StepSeconds, Points.length]).toEqual([step, points]);
    expect(Date.parse(Points[1]?.At ?? '') - Date.parse(Points[0]?.At ?? '')).toBe(step * 1000);
  });

  it.each([
    [{ window: '2h' }, 'window: expected one of 1h, 24h, 7d, 30d'],
    [{ window: ['1h', '7d'] }, 'window'],
    [{ since: '1h' }, 'since'],
  ])('refuses %j', async (query, detail) => {
    const { status, json } = await ask('/overview', { query });
    expect(status).toBe(400);
    expect(json['detail']).toContain(detail);
  });

  it('counts what is open by state, and names the oldest', async () => {
    await sql`
      insert into watches (job_id, bucket, region, source, state, outcome, job_created_at, created_at, next_check_at)
      select 'open-' || n, 'media-1', 'ap-guangzhou', 'submit', state, outcome, now() - n * interval '1 minute', now(), now()
      from (values (1, '', ''), (2, 'Submitted', ''), (3, 'Running', ''), (4, 'Running', ''), (5, 'Pause', ''),
        (6, 'Sleeping', ''), (7, 'Success', 'Success')) as w (n, state, outcome)`;
    await sql`
      insert into intents (id, bucket, region, source, request, state, next_try_at, created_at, settled_at)
      select gen_random_uuid(), 'media-1', 'ap-guangzhou', 'submit', '{}', state, now(), now(),
        case when state = 'submitted' then now() end
      from (values ('pending'), ('posting'), ('submitted')) as i (state)`;
    const { json } = await ask('/overview');
    expect(json['Open']).toEqual({ Pending: 2, Submitted: 2, Running: 3, Pause: 1 });
    expect(json['OldestOpen']).toEqual({ JobId: 'open-6', AgeSeconds: expect.closeTo(360, -2) });
  });

  it.each([
    ["slow_until = now() + interval '30 seconds'", 20],
    ["slow_until = now() + interval '30 seconds', held_until = now() + interval '20 seconds'", 0],
    // Set by a clock that was put back since.
    ["slow_until = now() + interval '2 hours'", 40],
    ["slow_until = now() - interval '1 second'", 40],
  ])('tells that CI has slowed us down: %s', async (set, perSecond) => {
    await sql`delete from rates`;
    await sql`insert into rates (account, region, next_slot_at) values ('1', 'ap-guangzhou', now())`;
    await sql.unsafe(`update rates set ${set}`);
    const { Rate } = (await ask('/overview')).json as {
      Rate: { PerSecond: number; SlowUntil: string | null };
    };
    expect(Rate.PerSecond).toBe(perSecond);
    expect(Rate.SlowUntil === null).toBe(perSecond === 40);
  });

  it('says when the last sweep began, and that endpoints are there', async () => {
    await sql`insert into last_sweep (started_at) values ('2026-01-01T00:00:00Z')`;
    await sql`insert into endpoints (name) values ('hooks')`;
    const { json } = await ask('/overview');
    expect(json['Sweep']).toEqual({ At: '2026-01-01T00:00:00.000Z' });
    expect(json['Off']).toEqual(['previews', 'uploads', 'discover']);
  });

  it('says whether whoever asks may write here', async () => {
    const tokens = { ...env, API_TOKENS: WRITE, READ_TOKENS: READ };
    const api = await loadFunction('api', tokens);
    expect((await api('/overview', bearer(WRITE))).json['Access']).toBe('write');
    expect((await api('/overview', bearer(READ))).json['Access']).toBe('read');
    const describeOnly = await loadFunction('describe', tokens);
    expect((await describeOnly('/overview', bearer(WRITE))).json['Access']).toBe('read');
  });
});
