import postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { observe } from '../../shared/watch/observe.ts';
import { retire } from '../../shared/watch/retire.ts';
import { timeOf } from '../worlds/shift-time.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';
import { said, watchNewJobs } from '../worlds/watched-jobs.ts';

/** Later than the database's time, which these tests move on by years: nothing was asked later than now. */
const NOW_MS = Date.UTC(2100, 0);
const DAY_SECONDS = 86_400;
const RETENTION_DAYS = 30;

let database: TestDatabase;
let store: Store;
let sql: postgres.Sql;
let pass: (seconds: number) => Promise<void>;

beforeAll(async () => {
  database = await startTestDatabase();
  store = openStore(database.url, Date.now);
  await store.transaction((tx) => tx`select 1`);
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  pass = timeOf(database.url);
});

beforeEach(async () => {
  await sql`truncate watches, watch_history, events, deliveries, intents, idempotency_keys, output_holds, intent_outputs`;
});

afterAll(async () => {
  await Promise.all([store.close(), sql.end()]);
  await database.close();
});

describe('what ended longer ago than RETENTION_DAYS is removed', () => {
  it('a watch goes with its history and its events, and not a day before', async () => {
    const ids = await watchNewJobs(store, 3);
    await observe(store, [
      ...ids.map((id) => said(id, 'Running', 1)),
      ...ids.map((id) => said(id, 'Success', 2)),
    ]);
    await pass((RETENTION_DAYS - 1) * DAY_SECONDS);
    await removed();
    expect(await counts()).toEqual({ watches: 3, history: 3, events: 3, intents: 0, keys: 0 });
    await pass(DAY_SECONDS + 60);
    await removed();
    expect(await counts()).toEqual({ watches: 0, history: 0, events: 0, intents: 0, keys: 0 });
  });

  it('its age counts from its end, not from its beginning', async () => {
    const [id = ''] = await watchNewJobs(store);
    await pass(2 * RETENTION_DAYS * DAY_SECONDS);
    await observe(store, [said(id, 'Failed', 1)]);
    await removed();
    expect((await counts()).watches).toBe(1);
  });

  it('an open watch stays however old it is, with its history', async () => {
    const [open = '', unheard = '', missing = ''] = await watchNewJobs(store, 3);
    await observe(store, [said(open, 'Running', 1), said(missing, 'Running', 1)]);
    await sql`update watches set outcome = 'Missing', ended_at = jobwatch_now() where job_id = ${missing}`;
    // CI knows it again.
    await observe(store, [said(missing, 'Running', NOW_MS)]);
    await pass(10 * RETENTION_DAYS * DAY_SECONDS);
    await removed();
    expect(await sql`select job_id from watches order by job_id`).toEqual(
      [open, unheard, missing].sort().map((job_id) => ({ job_id })),
    );
    expect((await counts()).history).toBe(3);
  });

  it('a settled submission goes with its key, a pending one stays', async () => {
    await insertIntent('settled', true);
    await insertIntent('pending', false);
    await pass((RETENTION_DAYS + 1) * DAY_SECONDS);
    await removed();
    expect(await sql`select key_hash from idempotency_keys`).toEqual([{ key_hash: 'pending' }]);
    expect((await counts()).intents).toBe(1);
  });
});

describe('an event stays as long as one of its deliveries', () => {
  it.each([
    ['is under way', 'pending', 0, true],
    ['arrived lately', 'delivered', 1, true],
    ['is dead since lately', 'dead', 1, true],
    ['arrived long ago', 'delivered', RETENTION_DAYS + 1, false],
    ['is dead for long', 'dead', RETENTION_DAYS + 1, false],
  ])('%s', async (_, state, endedDaysAgo, stays) => {
    const [id = ''] = await watchNewJobs(store);
    await observe(store, [said(id, 'Success', 1)]);
    await pass(2 * RETENTION_DAYS * DAY_SECONDS);
    // One that ended long ago keeps nothing.
    await insertDelivery('one', 'delivered', RETENTION_DAYS + 1);
    await insertDelivery('two', state, endedDaysAgo);
    await removed();
    expect(await sql`select endpoint from deliveries order by endpoint`).toEqual(
      stays ? [{ endpoint: 'one' }, { endpoint: 'two' }] : [],
    );
    expect(await counts()).toMatchObject({ watches: 0, events: stays ? 1 : 0 });
  });

  it('those that have to stay keep no run from what comes after them, however many they are', async () => {
    await sql`
      insert into events (id, job_id, bucket, type, at, data)
      select 'e' || n, 'j', 'media-1', 'jobwatch.job.succeeded', jobwatch_now(), '{}' from generate_series(1, 1800) as n`;
    await insertDelivery('off', 'pending', 0);
    // All are of one moment, and the last two may go.
    await sql`update events set at = (select min(at) from events)`;
    await sql`delete from deliveries where event_seq in (select seq from events order by seq desc limit 2)`;
    await pass((RETENTION_DAYS + 1) * DAY_SECONDS);
    const removed = [];
    for (let run = 0; run < 4; run++) removed.push(await retireOnce());
    expect(removed).toEqual([0, 0, 0, 2]);
    // And from the beginning again, for those that may go by now.
    await sql`delete from deliveries where event_seq = (select min(seq) from events)`;
    expect(await retireOnce()).toBe(1);
  });

  it('and goes untold when there was no endpoint for so long', async () => {
    const [id = ''] = await watchNewJobs(store);
    await observe(store, [said(id, 'Success', 1)]);
    await pass((RETENTION_DAYS - 1) * DAY_SECONDS);
    await removed();
    expect((await counts()).events).toBe(1);
    await pass(2 * DAY_SECONDS);
    await removed();
    expect((await counts()).events).toBe(0);
  });
});

describe('what is known of objects', () => {
  beforeEach(() => sql`truncate object_versions`);

  async function insertVersions(rule: string, count: number): Promise<void> {
    await sql`
      insert into object_versions (bucket, region, object, rule, etag, event_time, seen_at)
      select 'media-1', 'ap-guangzhou', 'clips/' || n, ${rule}, 'e', jobwatch_now(), jobwatch_now()
      from generate_series(1, ${count}::int) as n`;
  }
  const left = () => sql`select rule, count(*)::int from object_versions group by rule order by rule`;

  it('stays as long as its rule, and goes with it after RETENTION_DAYS', async () => {
    for (const rule of ['gone', 'kept']) await insertVersions(rule, 2);
    await pass((RETENTION_DAYS - 1) * DAY_SECONDS);
    expect(await retireOnce(['kept'])).toBe(0);
    await pass(2 * DAY_SECONDS);
    expect(await retireOnce(['kept'])).toBe(2);
    expect(await left()).toEqual([{ rule: 'kept', count: 2 }]);
    expect(await retireOnce()).toBe(2);
  });

  it('of many objects goes in batches, and those that stay are not gone through by each', async () => {
    await insertVersions('kept', 1200);
    await insertVersions('gone', 1200);
    await pass((RETENTION_DAYS + 1) * DAY_SECONDS);
    const removed = [];
    for (let run = 0; run < 6; run++) removed.push(await retireOnce(['kept']));
    expect(Math.max(...removed)).toBeLessThanOrEqual(500);
    expect(await left()).toEqual([{ rule: 'kept', count: 1200 }]);
  });
});

describe('in small batches', () => {
  it('one run removes a part, the longest ended first, and the next ones the rest', async () => {
    const ids = await watchNewJobs(store, 1200);
    await observe(
      store,
      ids.map((id) => said(id, 'Success', 1)),
    );
    const oldest = ids.slice(0, 100);
    await sql`update watches set ended_at = ended_at - interval '1 hour' where job_id in ${sql(oldest)}`;
    await pass((RETENTION_DAYS + 1) * DAY_SECONDS);
    await retireOnce();
    const left = await counts();
    expect(left.watches).toBeGreaterThan(0);
    expect(left.watches).toBeLessThan(1200);
    expect(await sql`select from watches where job_id in ${sql(oldest)}`).toHaveLength(0);
    await removed();
    expect(await counts()).toMatchObject({ watches: 0, history: 0, events: 0 });
  });

  it('a watch that somebody holds is passed over and waited for by nobody', async () => {
    const ids = await watchNewJobs(store, 3);
    await observe(
      store,
      ids.map((id) => said(id, 'Success', 1)),
    );
    await pass((RETENTION_DAYS + 1) * DAY_SECONDS);
    const [held = ''] = ids;
    await sql.begin(async (tx) => {
      await tx`select from watches where job_id = ${held} for update`;
      await removed();
      expect((await store.transaction((each) => each`select job_id from watches`))[0]).toEqual({
        job_id: held,
      });
    });
    await removed();
    expect((await counts()).watches).toBe(0);
  });
});

function retireOnce(rules: readonly string[] = []): Promise<number> {
  const log = createLog('error', {});
  const deadlineMs = Date.now() + 60_000;
  return retire({ store, clock: systemClock, log, deadlineMs }, { days: RETENTION_DAYS, rules });
}

async function removed(): Promise<void> {
  while ((await retireOnce()) > 0);
}

async function counts() {
  const [row] = await sql<
    { watches: number; history: number; events: number; intents: number; keys: number }[]
  >`
    select (select count(*)::int from watches) as watches, (select count(*)::int from watch_history) as history,
      (select count(*)::int from events) as events, (select count(*)::int from intents) as intents,
      (select count(*)::int from idempotency_keys) as keys`;
  if (row === undefined) throw new Error('no counts');
  return row;
}

/** Of the only event there is. */
async function insertDelivery(endpoint: string, state: string, endedDaysAgo: number): Promise<void> {
  await sql`
    insert into deliveries (id, event_seq, job_id, endpoint, state, next_attempt_at, created_at, ended_at)
    select id || '.' || ${endpoint}, seq, job_id, ${endpoint}, ${state}, at, at,
      case when ${state} <> 'pending' then jobwatch_now() - ${endedDaysAgo} * interval '1 day' end
    from events`;
}

async function insertIntent(key: string, settled: boolean): Promise<void> {
  await sql`
    with intent as (
      insert into intents (id, bucket, region, source, request, state, next_try_at, created_at, settled_at)
      values (gen_random_uuid(), 'media-1', 'ap-guangzhou', 'submit', '{}', ${settled ? 'submitted' : 'doubtful'},
        jobwatch_now(), jobwatch_now(), case when ${settled} then jobwatch_now() end)
      returning id
    )
    insert into idempotency_keys (key_hash, body_hash, intent_id, created_at)
    select ${key}, ${key}, id, jobwatch_now() from intent`;
}
