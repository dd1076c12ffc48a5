import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { watches } from '../../shared/store/schema/0001-watches.ts';
import { automation } from '../../shared/store/schema/0002-automation.ts';
import { deliveries } from '../../shared/store/schema/0003-deliveries.ts';
import { openStore } from '../../shared/store/store.ts';
import { loadHandler } from '../worlds/load-function.ts';
import { eventOf, type Write } from '../worlds/object-events.ts';
import { ruleOf } from '../worlds/ruled-world.ts';
import { BUCKET, REGION, startTestCloud } from '../worlds/test-cloud.ts';
import { startEmptyDatabase } from '../worlds/test-database.ts';

/*
 * A release is deployed over the one before it while that one's instances still run. Here stand the statements by which
 * the previous release changes what this one has changed too.
 */

const PREVIOUS_MIGRATIONS = [watches, automation, deliveries];

const request = (key: string) =>
  JSON.stringify({
    Tag: 'Animation',
    Input: { Object: key },
    Operation: [
      {
        Animation: { Container: { Format: 'gif' }, Video: { Codec: 'gif' } },
        Output: { Region: REGION, Bucket: BUCKET, Object: `gifs/${key.slice(6, -4)}.gif` },
      },
    ],
  });

async function startPreviousRelease() {
  const database = await startEmptyDatabase();
  onTestFinished(database.close);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 0 }));
  await sql`create table schema_migrations (version integer primary key, applied_at timestamptz not null)`;
  for (const [index, migration] of PREVIOUS_MIGRATIONS.entries()) {
    await sql.unsafe(migration);
    await sql`insert into schema_migrations values (${index + 1}, now())`;
  }
  return { url: database.url, sql };
}

/** As the previous release writes an intent down. */
async function intend(sql: postgres.Sql, key: string, state = 'pending', more = ''): Promise<string> {
  const [row] = await sql.unsafe(
    `insert into intents (id, bucket, region, source, rule, request, attempt, state, created_at, next_try_at
        ${more === '' ? '' : ', posted_at, post_until, tries'})
      select gen_random_uuid(), $1, $2, 'object', 'clips-to-gif', $3::json, 1, $4, now.at, now.at
        ${more === '' ? '' : ', now.at, now.at, 1'}
      from (select jobwatch_now() - interval '1 hour' as at) as now returning id`,
    [BUCKET, REGION, JSON.parse(request(key)), state],
  );
  return String(row?.['id']);
}

/** As the previous release takes a write of an object. */
async function takeVersion(sql: postgres.Sql, key: string, etag: string, seconds: number, write: string) {
  await sql`
    insert into object_versions as v (bucket, region, object, rule, etag, event_time, writes, seen_at)
    values (${BUCKET}, ${REGION}, ${key}, 'clips-to-gif', ${etag}, to_timestamp(${seconds}), ${[write]}, jobwatch_now())
    on conflict (bucket, region, object, rule) do update set
      etag = excluded.etag, event_time = excluded.event_time, writes = excluded.writes, seen_at = jobwatch_now()`;
}

/** As the previous release claims the next intent that is due, and posts it. */
async function claimAndPost(sql: postgres.Sql): Promise<string | undefined> {
  const [claimed] = await sql`
    with due as (
      select id from intents
      where settled_at is null and next_try_at <= (select jobwatch_now())
        and (claimed_until is null or claimed_until < jobwatch_now())
        and (post_until is null or post_until < jobwatch_now())
      order by next_try_at limit 1 for update skip locked
    )
    update intents i set claim_token = gen_random_uuid(), claimed_until = jobwatch_now() + interval '60 seconds'
    from due where i.id = due.id
    returning i.id, i.claim_token`;
  if (claimed === undefined) return undefined;
  await sql`
    update intents set
      state = 'posting', tries = tries + 1, looks = 0, posted_at = coalesce(posted_at, jobwatch_now()),
      post_until = jobwatch_now(), next_try_at = jobwatch_now()
    where id = ${claimed['id']} and claim_token = ${claimed['claim_token']} and settled_at is null`;
  return String(claimed['id']);
}

async function migrateNow(url: string): Promise<void> {
  const store = openStore(url, Date.now);
  await store.transaction((sql) => sql`select 1`);
  await store.close();
}

it('its intents in every state go on, its versions are known, and its statements still work', async () => {
  const cloud = await startTestCloud();
  onTestFinished(cloud.close);
  const { url, sql } = await startPreviousRelease();
  const [posted] = [await intend(sql, 'clips/posting.mp4', 'posting', 'posted')];
  await intend(sql, 'clips/pending.mp4');
  await intend(sql, 'clips/doubtful.mp4', 'doubtful', 'posted');
  await intend(sql, 'clips/old.mp4');
  await takeVersion(sql, 'clips/old.mp4', 'a', 100, 'w1');
  await takeVersion(sql, 'clips/done.mp4', 'a', 100, 'w2');

  await migrateNow(url);
  const env = { ...cloud.env, DATABASE_URL: url, CI_MAX_RPS: '1000', CALLBACK_URL: '', CALLBACK_TOKEN: '' };
  const rules = [ruleOf()];
  const onObject = await loadHandler('on-object', env, rules);
  const recheck = await loadHandler('recheck', env, rules);
  const drop = (write: Write) => onObject(eventOf(write), { time_limit_in_ms: 60_000 });
  const tick = () => recheck({}, { time_limit_in_ms: 60_000 });

  // What it took is known, by the write and by its content; a newer version supersedes what it had not posted.
  expect(await drop({ key: 'clips/done.mp4', etag: 'a', at: 100, write: 'w2' })).toMatchObject({
    intended: 0,
  });
  expect(await drop({ key: 'clips/done.mp4', etag: 'a', at: 500, write: 'w3' })).toMatchObject({
    intended: 0,
  });
  expect(await drop({ key: 'clips/old.mp4', etag: 'b', at: 200, write: 'w4' })).toMatchObject({
    intended: 1,
  });

  // It runs on: takes a version of an object that this release knows, makes an intent, claims and posts one.
  await takeVersion(sql, 'clips/old.mp4', 'c', 300, 'w5');
  await intend(sql, 'clips/late.mp4');
  const claimed = await claimAndPost(sql);
  expect(claimed).toBeDefined();
  expect(await drop({ key: 'clips/old.mp4', etag: 'c', at: 300, write: 'w5' })).toMatchObject({
    intended: 0,
  });
  expect(await drop({ key: 'clips/old.mp4', etag: 'b', at: 200, write: 'w4' })).toMatchObject({
    intended: 0,
  });

  await sql.unsafe(`create or replace function jobwatch_now() returns timestamptz language sql volatile
    as 'select clock_timestamp() + interval ''1 hour'''`);
  for (const _ of [1, 2, 3]) await tick();
  await sql.unsafe(`create or replace function jobwatch_now() returns timestamptz language sql volatile
    as 'select clock_timestamp() + interval ''2 hours'''`);
  for (const _ of [1, 2, 3]) await tick();

  expect(await sql`select id, state, last_error from intents where settled_at is null`).toEqual([]);
  const states = await sql`select state, count(*)::int as count from intents group by state order by state`;
  expect([...states]).toEqual([
    { state: 'submitted', count: 5 },
    { state: 'superseded', count: 1 },
  ]);
  expect(posted).toBeDefined();
});

it('two instances that migrate at once migrate once', async () => {
  const { url, sql } = await startPreviousRelease();
  await Promise.all([migrateNow(url), migrateNow(url)]);
  const before = await sql`select * from schema_migrations order by version`;
  await migrateNow(url);
  expect(await sql`select * from schema_migrations order by version`).toEqual(before);
});
