import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { formatCiTime } from '../../shared/ci/time.ts';
import { watches } from '../../shared/store/schema/0001-watches.ts';
import { automation } from '../../shared/store/schema/0002-automation.ts';
import { deliveries } from '../../shared/store/schema/0003-deliveries.ts';
import { openStore } from '../../shared/store/store.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { BUCKET, QUEUE, REGION, startTestCloud, TAG } from '../worlds/test-cloud.ts';
import { startEmptyDatabase } from '../worlds/test-database.ts';

/*
 * The release before leases watches one by one and knows no cohorts. Here stand the statements by which it inserts, claims
 * and schedules them.
 */

const MANY = 1200;

async function startPrevious() {
  const [cloud, database] = await Promise.all([startTestCloud(), startEmptyDatabase()]);
  const sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  onTestFinished(async () => {
    await sql.end({ timeout: 0 });
    await Promise.all([cloud.close(), database.close()]);
  });
  await sql`create table schema_migrations (version integer primary key, applied_at timestamptz not null)`;
  for (const [index, migration] of [watches, automation, deliveries].entries()) {
    await sql.unsafe(migration);
    await sql`insert into schema_migrations values (${index + 1}, now())`;
  }
  const env = { ...cloud.env, DATABASE_URL: database.url, CI_MAX_RPS: '1000', API_AUTH: 'none' };

  /** Jobs that CI has, watched as the release before watches them; `known` says what CI told of them. */
  async function watch(
    count: number,
    state: string,
    { known = true, more = {} }: { known?: boolean; more?: Record<string, unknown> } = {},
  ): Promise<string[]> {
    const { JobIds } = await cloud.control('POST', '/jobs', { count, state, tag: TAG, queueId: QUEUE });
    if (!Array.isArray(JobIds)) throw new Error('expected JobIds');
    const job = {
      State: 'Submitted',
      Code: 'Success',
      Tag: TAG,
      QueueId: QUEUE,
      CreationTime: formatCiTime(Date.now()),
    };
    for (let from = 0; from < JobIds.length; from += 500) {
      const rows = JobIds.slice(from, from + 500).map((id) => ({
        job_id: String(id),
        bucket: BUCKET,
        region: REGION,
        tag: known ? TAG : '',
        queue_id: known ? QUEUE : '',
        state: known ? 'Submitted' : '',
        source: 'submit',
        job_created_at: new Date(Math.floor(Date.now() / 1000) * 1000),
        created_at: new Date(),
        next_check_at: new Date(Date.now() - 1000),
        ...(known ? { job } : {}),
        ...more,
      }));
      await sql`insert into watches ${sql(rows as never)}`;
    }
    return JobIds.map(String);
  }

  /** As the release before claims what is due of a group, and schedules it. */
  async function sweepAsBefore(): Promise<number> {
    const token = randomUUID();
    const claimed = await sql`
      with free as (
        select job_id from watches
        where outcome = '' and next_check_at <= jobwatch_now()
          and bucket = ${BUCKET} and region = ${REGION} and tag = ${TAG} and queue_id = ${QUEUE}
          and (claimed_until is null or claimed_until < jobwatch_now())
        order by next_check_at limit 10000 for update skip locked
      )
      update watches w set claim_token = ${token}, claimed_until = jobwatch_now() + interval '60 seconds'
      from free where w.job_id = free.job_id returning w.job_id`;
    await sql`
      update watches set checks = checks + 1, misses = 0, errors = 0, last_error = '',
        next_check_at = jobwatch_now() + interval '10 seconds', claim_token = null, claimed_until = null
      where claim_token = ${token}`;
    return claimed.length;
  }

  return { sql, url: database.url, watch, sweepAsBefore, env };
}

it('open watches in every state are taken over, and the code of the release before goes on beside this one', async () => {
  const world = await startPrevious();
  const { sql, watch } = world;
  const many = await watch(MANY, 'Running');
  const ended = await watch(30, 'Success');
  const unknown = await watch(3, 'Running', { known: false });
  const failed = await watch(2, 'Running', { more: { errors: 4, last_error: 'SlowDown: later' } });
  const missed = await watch(1, 'Running', { more: { misses: 2 } });
  const held = await watch(4, 'Running', {
    more: { claim_token: randomUUID(), claimed_until: new Date(Date.now() + 60_000) },
  });
  const closed = await watch(5, 'Success', {
    more: { outcome: 'Success', state: 'Success', ended_at: new Date() },
  });

  const store = openStore(world.url, Date.now);
  await store.transaction((tx) => tx`select 1`);
  await store.close();
  // Nothing was rewritten: all stands apart until it is adopted.
  expect(await world.sweepAsBefore()).toBe(MANY + 30 + 2 + 1);

  const recheck = await loadHandler('recheck', world.env);
  const tick = async () => {
    await sql`
      update watch_cohorts set next_check_at = least(next_check_at, jobwatch_now() - interval '1 second')`;
    await sql`
      update watches set apart_at = jobwatch_now() - interval '1 second' where apart_at > jobwatch_now()`;
    return await recheck({}, { time_limit_in_ms: 60_000 });
  };
  await tick();
  // Its functions insert beside this release's.
  const late = await watch(20, 'Success');
  await tick();
  await tick();
  expect(await world.sweepAsBefore()).toBeGreaterThanOrEqual(0);
  await tick();

  const outcomes = new Map(
    (
      await sql<
        { job_id: string; outcome: string; state: string }[]
      >`select job_id, outcome, state from watches`
    ).map((row) => [row.job_id, `${row.outcome || row.state}`]),
  );
  const of = (ids: readonly string[]) => [...new Set(ids.map((id) => outcomes.get(id)))];
  for (const ids of [many, unknown, failed, missed]) expect(of(ids)).toEqual(['Running']);
  for (const ids of [ended, late, closed]) expect(of(ids)).toEqual(['Success']);
  // What a sweep of the release before holds is read with its cohort all the same: that holds nothing up.
  expect(of(held)).toEqual(['Running']);
  const [row] = await sql`
    select count(*) filter (where apart_at = '-infinity')::int as strangers,
      count(*) filter (where apart_at is not null)::int as apart,
      count(*) filter (where misses > 0 or errors > 0)::int as failing
    from watches where outcome = ''`;
  expect(row).toEqual({ strangers: 0, apart: 0, failing: 0 });
});

it('an index that was left half built is built anew, and every index says what it is for', async () => {
  const world = await startPrevious();
  // As a builder leaves it that died: there, and not valid.
  await world.sql`create index watches_cohort on watches (bucket)`;
  await world.sql`update pg_index set indisvalid = false where indexrelid = 'watches_cohort'::regclass`;
  const store = openStore(world.url, Date.now);
  await store.transaction((tx) => tx`select 1`);
  await store.close();
  const indexes = await world.sql<{ name: string; valid: boolean; told: string | null }[]>`
    select c.relname as name, i.indisvalid as valid, obj_description(c.oid, 'pg_class') as told
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = 'watches'::regclass and not i.indisprimary order by c.relname`;
  expect(indexes.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['watches_apart', 'watches_cohort']),
  );
  expect(indexes.filter(({ valid, told }) => !valid || !told)).toEqual([]);
});
