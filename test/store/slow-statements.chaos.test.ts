import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { describe, expect, it, type TestContext } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { noteEndpoints } from '../../shared/notify/endpoints.ts';
import { expireDeliveries } from '../../shared/notify/expire-deliveries.ts';
import { fanOut } from '../../shared/notify/fan-out.ts';
import { createBatchSize, inHalves } from '../../shared/store/in-batches.ts';
import { openStore } from '../../shared/store/store.ts';
import { observe } from '../../shared/watch/observe.ts';
import { retire } from '../../shared/watch/retire.ts';
import { loadFunction } from '../worlds/load-function.ts';
import { endpointAt } from '../worlds/receiver.ts';
import { BUCKET, REGION } from '../worlds/test-cloud.ts';
import { startTestDatabase } from '../worlds/test-database.ts';
import { said } from '../worlds/watched-jobs.ts';

/*
 * A database on which each row of a table takes its time: a whole batch takes longer than the 2 s of a statement, and
 * half of it, or a quarter, does not.
 */

const ENDPOINTS = ['hooks', 'other'].map((name) => ({ ...endpointAt('http://127.0.0.1'), name }));
const OLD = `now() - interval '40 days'`;

async function startSlow(
  { onTestFinished }: TestContext,
  table: string,
  verb: 'insert' | 'update' | 'delete',
  msPerRow: number,
) {
  const database = await startTestDatabase();
  const store = openStore(database.url, Date.now);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(async () => {
    await Promise.all([store.close(), sql.end()]);
    await database.close();
  });
  const lines: unknown[] = [];
  const note = (message: string, details?: object) => void lines.push({ message, ...details });
  return {
    url: database.url,
    store,
    sql,
    /** of what was logged */
    lines,
    /** Once the rows are there. */
    slowDown: () =>
      sql.unsafe(`
        create function take_time() returns trigger language plpgsql as $$
          begin perform pg_sleep(${msPerRow / 1000}); return coalesce(new, old); end $$;
        create trigger slow before ${verb} on ${table} for each row execute function take_time()`),
    retire: (deadlineMs = Date.now() + 60_000) => {
      const log = { debug: note, info: note, warn: note, error: note };
      return retire({ store, clock: systemClock, log, deadlineMs }, { days: 30, rules: [] });
    },
    async count(what: string): Promise<number> {
      const [row] = await sql.unsafe<{ count: number }[]>(`select count(*)::int from ${what}`);
      return row?.count ?? -1;
    },
  };
}

const watches = (count: number, ended: string) => `
  insert into watches (job_id, bucket, region, state, outcome, source, job_created_at, created_at, ended_at, next_check_at)
  select 'j' || n, '${BUCKET}', '${REGION}', 'Running', case when ${ended} is null then '' else 'Success' end, 'submit',
    now(), now(), ${ended}, now() from generate_series(1, ${count}) as n`;
const intents = (count: number) => `
  insert into intents (id, bucket, region, source, request, state, next_try_at, created_at, settled_at)
  select gen_random_uuid(), '${BUCKET}', '${REGION}', 'submit', '{}', 'submitted', ${OLD}, ${OLD}, ${OLD}
  from generate_series(1, ${count})`;
const events = (count: number, at: string) => `
  insert into events (id, job_id, bucket, type, at, data)
  select 'e' || n, 'j' || n, '${BUCKET}', 'jobwatch.job.succeeded', ${at}, '{}' from generate_series(1, ${count}) as n`;
const versions = (count: number) => `
  insert into object_versions (bucket, region, object, rule, etag, event_time, seen_at)
  select '${BUCKET}', '${REGION}', 'clips/' || n, 'gone', 'e', ${OLD}, ${OLD} from generate_series(1, ${count}) as n`;

// Together: they wait for the database most of the time.
describe.concurrent('on a database that takes its time for every row', () => {
  it.for([
    ['watches', watches(600, OLD)],
    ['events', events(600, OLD)],
    ['intents', intents(600)],
    ['object_versions', versions(600)],
  ])(
    'of %s a part is removed, and the next sweep has less to do',
    async ([table = '', rows = ''], context) => {
      const world = await startSlow(context, table, 'delete', 10);
      await world.sql.unsafe(rows);
      await world.slowDown();
      const removed = await world.retire();
      expect(removed).toBeGreaterThan(0);
      expect(removed).toBeLessThan(500);
      expect(await world.count(table)).toBe(600 - removed);
      expect(world.lines).toEqual([]);
    },
  );

  it('what one kind of rows cannot be rid of keeps nobody from the others', async (context) => {
    const world = await startSlow(context, 'events', 'delete', 60_000);
    for (const rows of [watches(5, OLD), events(5, OLD), intents(5), versions(5)])
      await world.sql.unsafe(rows);
    await world.slowDown();
    // Each kind is tried once.
    expect(await world.retire(0)).toBe(15);
    expect(await world.count('events')).toBe(5);
    expect(world.lines).toMatchObject([{ code: 'NotRetired', kind: 'events' }]);
  });

  it('new events are fanned out', async (context) => {
    const { sql, store, ...world } = await startSlow(context, 'deliveries', 'insert', 5);
    await sql.unsafe(events(400, 'now()'));
    await store.transaction((tx) => noteEndpoints(tx, ENDPOINTS));
    await world.slowDown();
    const size = createBatchSize(500);
    const fanned = await inHalves(size, (rows) => store.transaction((tx) => fanOut(tx, ENDPOINTS, rows)));
    expect(fanned).toBeGreaterThan(0);
    expect(fanned).toBeLessThan(400);
    expect(await world.count('deliveries')).toBe(2 * fanned);
    expect(await world.count('events where fanned_out')).toBe(fanned);
  });

  it('what nobody has tried for long is given up', async (context) => {
    const { sql, store, ...world } = await startSlow(context, 'deliveries', 'update', 10);
    await sql.unsafe(events(400, 'now()'));
    await sql`
    insert into deliveries (id, event_seq, job_id, endpoint, state, next_attempt_at, created_at)
    select id || '.absent', seq, job_id, 'absent', 'pending', now() - interval '31 days', now() from events`;
    await world.slowDown();
    const expired = await inHalves(createBatchSize(500), (rows) =>
      store.transaction((tx) => expireDeliveries(tx, ['hooks'], { days: 30, rows })),
    );
    expect(expired.length).toBeGreaterThan(0);
    expect(await world.count(`deliveries where state = 'dead'`)).toBe(expired.length);
  });

  it('what CI says of a hundred jobs is taken in', async (context) => {
    const { sql, store, ...world } = await startSlow(context, 'watches', 'update', 40);
    await sql.unsafe(watches(100, 'null::timestamptz'));
    await world.slowDown();
    const words = Array.from({ length: 100 }, (_, index) => said(`j${index + 1}`, 'Success', Date.now()));
    expect(await observe(store, words)).toHaveLength(100);
    expect(await world.count(`watches where outcome = 'Success'`)).toBe(100);
    expect(await world.count('events')).toBe(100);
  });

  it('a hundred jobs that a caller names are watched', async (context) => {
    const world = await startSlow(context, 'watches', 'insert', 40);
    await world.slowDown();
    const submit = await loadFunction('api', {
      CI_BUCKETS: `${BUCKET}@${REGION}`,
      API_AUTH: 'none',
      DATABASE_URL: world.url,
      TENCENTCLOUD_SECRETID: 'unused',
      TENCENTCLOUD_SECRETKEY: 'unused',
    });
    const JobIds = Array.from({ length: 100 }, () => `j${randomUUID()}`);
    const headers = { 'content-type': 'application/json' };
    const { status, json } = await submit('/watches', {
      method: 'POST',
      headers,
      body: JSON.stringify({ JobIds }),
    });
    expect(status).toBe(202);
    expect(Object(json['Watches'])).toHaveLength(100);
    expect(await world.count('watches')).toBe(100);
  });
});
