import { randomBytes } from 'node:crypto';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { databaseReady } from '../../../deploy/doctor/checks/database-ready.ts';
import { SCHEMA_VERSION } from '../../../shared/store/schema/migrations.ts';
import { openStore } from '../../../shared/store/store.ts';
import { startEmptyDatabase } from '../../worlds/test-database.ts';
import { closedPort, PATIENT } from './look.ts';

async function emptyDatabase(): Promise<string> {
  const database = await startEmptyDatabase();
  onTestFinished(() => database.close());
  return database.url;
}

async function migrated(): Promise<string> {
  const url = await emptyDatabase();
  const store = openStore(url, Date.now);
  await store.transaction(async () => undefined);
  await store.close();
  return url;
}

async function run(url: string, statement: string) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}

const look = (url: string, inVpc = false) => databaseReady({ url, inVpc }, PATIENT);

it('a database that is up to date is well', async () => {
  expect(await look(await migrated())).toMatchObject({
    ok: true,
    text: expect.stringContaining(`schema ${SCHEMA_VERSION} of ${SCHEMA_VERSION}`),
  });
});

it('an empty database is told and left empty', async () => {
  const url = await emptyDatabase();
  expect(await look(url)).toMatchObject({
    ok: true,
    text: expect.stringContaining(
      `schema 0 of ${SCHEMA_VERSION}: the first function that runs does the rest`,
    ),
  });
  expect(await run(url, "select 1 from pg_tables where schemaname = 'public'")).toHaveLength(0);
});

it('a database of a newer release is refused', async () => {
  const url = await migrated();
  await run(url, `insert into schema_migrations values (${SCHEMA_VERSION + 1}, now())`);
  expect(await look(url)).toMatchObject({
    ok: false,
    text: expect.stringContaining(`schema ${SCHEMA_VERSION + 1}, and this release knows ${SCHEMA_VERSION}`),
    remedy: expect.stringContaining('A newer release'),
  });
});

it('a user who may not make tables is told before the functions fail', async () => {
  const owner = await emptyDatabase();
  const url = new URL(owner);
  url.username = `guest_${randomBytes(6).toString('hex')}`;
  url.password = randomBytes(8).toString('hex');
  await run(owner, `create role ${url.username} login password '${url.password}'`);
  onTestFinished(() => run(owner, `drop role ${url.username}`).then(() => undefined));
  await run(owner, 'revoke create on schema public from public');
  expect(await look(url.href)).toMatchObject({
    ok: false,
    text: expect.stringContaining('may not create tables'),
    remedy: expect.stringContaining('GRANT CREATE ON SCHEMA public'),
  });
});

it('a wrong password and a database that is not there are told in words', async () => {
  const url = new URL(await emptyDatabase());
  const elsewhere = new URL(url);
  elsewhere.pathname = '/nowhere';
  expect(await look(elsewhere.href)).toMatchObject({
    ok: false,
    text: expect.stringContaining('no such database'),
  });
  url.password = randomBytes(8).toString('hex');
  const finding = await look(url.href);
  expect(finding).toMatchObject({ ok: false, text: expect.stringContaining('the password is refused') });
  expect(JSON.stringify(finding)).not.toContain(url.password);
});

it('a database that does not answer is told without its password', async () => {
  const url = `postgres://jobwatch:hidden@127.0.0.1:${await closedPort()}/jobs`;
  const finding = await look(url);
  expect(finding).toEqual({
    ok: false,
    text: 'database jobs at 127.0.0.1: ECONNREFUSED',
    remedy: expect.stringContaining('安全组'),
  });
});

it('a private address inside a VPC is not expected to answer from here', async () => {
  const url = `postgres://jobwatch:hidden@127.0.0.1:${await closedPort()}/jobs`;
  expect(await look(url, true)).toMatchObject({ ok: 'skipped', text: expect.stringContaining('/healthz') });
});

it('a database inside a VPC that answers is believed, also when it refuses', async () => {
  const url = new URL(await emptyDatabase());
  url.password = randomBytes(8).toString('hex');
  expect(await look(url.href, true)).toMatchObject({ ok: false });
});
