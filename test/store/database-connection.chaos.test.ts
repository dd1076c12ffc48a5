import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import postgres from 'postgres';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { openStore, type Sql, type Store } from '../../shared/store/store.ts';
import { StoreUnavailable } from '../../shared/store/store-unavailable.ts';
import { startEmptyDatabase } from '../worlds/test-database.ts';
import { until } from '../worlds/until.ts';

const MAX_IDLE_MS = 30_000;

let url: string;
/** A connection of the test's own. */
let sql: postgres.Sql;
beforeEach(async () => {
  const database = await startEmptyDatabase();
  url = database.url;
  sql = postgres(url, { max: 2 });
  return async () => {
    await sql.end({ timeout: 0 });
    await database.close();
  };
});

function open(now: () => number = Date.now): Store {
  const store = openStore(url, now);
  onTestFinished(store.close);
  return store;
}

async function backendOf(store: Store): Promise<number> {
  return await store.transaction(async (within: Sql) => {
    const [row] = await within<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return row?.pid ?? 0;
  });
}

async function untilConnections(count: number): Promise<void> {
  await until(async () => {
    const [row] = await sql`
        select count(*)::int as open from pg_stat_activity
        where application_name = 'jobwatch' and datname = current_database()`;
    expect(row).toEqual({ open: count });
  });
}

it('several instances that start at once apply each migration once', async () => {
  const stores = Array.from({ length: 8 }, () => open());
  const counts = await Promise.all(
    stores.map((store) => store.transaction((within) => within`select count(*)::int from watches`)),
  );
  expect(counts).toHaveLength(8);
  const applied = await sql`select version, count(*)::int as times from schema_migrations group by version`;
  expect(applied.map((row) => row['times'])).toEqual(applied.map(() => 1));
  expect(applied.length).toBeGreaterThan(0);
});

it('a migration that failed is tried again by the same instance', async () => {
  await sql`create table watches (somebody_elses text)`;
  const store = open();
  await expect(backendOf(store)).rejects.toThrow(/already exists/);
  await sql`drop table watches`;
  expect(await backendOf(store)).toBeGreaterThan(0);
});

it('a connection that was idle for 30 s is not trusted, and is closed', async () => {
  let nowMs = 1_000_000;
  const store = open(() => nowMs);
  const first = await backendOf(store);
  nowMs += MAX_IDLE_MS;
  expect(await backendOf(store)).toBe(first);
  nowMs += MAX_IDLE_MS + 1;
  expect(await backendOf(store)).not.toBe(first);
  await untilConnections(1);
});

it('a statement takes at most 2 s, and the connection lives on', async () => {
  const store = open();
  const first = await backendOf(store);
  const slow = store.transaction((within) => within`select pg_sleep(60)`);
  await expect(slow).rejects.toMatchObject({ name: 'StoreUnavailable', cause: { code: '57014' } });
  expect(await backendOf(store)).toBe(first);
});

it('a caller with less time gets no answer, and its connection is given up', async () => {
  const store = open();
  const first = await backendOf(store);
  const slow = store.transaction((within) => within`select pg_sleep(1)`, 50);
  await expect(slow).rejects.toThrow('no answer within 50 ms');
  expect(await backendOf(store)).not.toBe(first);
  await untilConnections(1);
});

/** Passes everything on to the database, until the connection is cut without a word of the server's. */
async function startProxy() {
  const { hostname, port } = new URL(url);
  const clients = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect({ host: hostname, port: Number(port) });
    clients.add(client);
    client.on('error', () => undefined).on('close', () => upstream.destroy());
    upstream.on('error', () => undefined).on('close', () => client.destroy());
    client.pipe(upstream, { end: false });
    upstream.pipe(client, { end: false });
  });
  onTestFinished(() => void proxy.close());
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const proxied = new URL(url);
  proxied.port = String(Object(proxy.address()).port);
  return {
    url: proxied.href,
    async cut() {
      const cutting = [...clients];
      clients.clear();
      await Promise.all(
        cutting.map(async (client) => {
          client.end();
          await once(client, 'close');
        }),
      );
    },
  };
}

// postgres.js 3.4.9 writes to a socket that is gone, out of everybody's reach, and the process ends (its issue 1154).
it.each([
  [
    'while a statement is under way',
    (within: Sql, cut: Promise<void>) => Promise.all([within`select pg_sleep(1)`, cut]),
  ],
  ['between two statements', (within: Sql, cut: Promise<void>) => cut.then(() => within`select 1`)],
  ['before the commit', (_: Sql, cut: Promise<void>) => cut],
])('a connection that is cut %s fails its transaction and nothing else', async (_, rest) => {
  const proxy = await startProxy();
  const store = openStore(proxy.url, Date.now);
  onTestFinished(store.close);
  const cut = store.transaction(async (within) => {
    await within`select 1`;
    await rest(within, proxy.cut());
  });
  await expect(cut).rejects.toBeInstanceOf(StoreUnavailable);
  expect(await backendOf(store)).toBeGreaterThan(0);
  await untilConnections(1);
});

it('an instance whose connection was cut works again, with one connection', async () => {
  const store = open();
  const first = await backendOf(store);
  await sql`select pg_terminate_backend(${first})`;
  await until(async () => expect(await backendOf(store)).not.toBe(first));
  const cut = store.transaction(async (within) => {
    const [row] = await within<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await sql`select pg_terminate_backend(${row?.pid ?? 0})`;
    return await within`select 1`;
  });
  await expect(cut).rejects.toBeInstanceOf(StoreUnavailable);
  expect(await backendOf(store)).toBeGreaterThan(0);
  await untilConnections(1);
});

it('an error of a statement is no failure of the store, undoes its transaction and keeps the connection', async () => {
  const store = open();
  const first = await backendOf(store);
  const wrong = store.transaction(async (within) => {
    await within`insert into schema_migrations values (99, now())`;
    await within`select 1 / 0`;
  });
  await expect(wrong).rejects.toMatchObject({ code: '22012' });
  expect(await sql`select 1 from schema_migrations where version = 99`).toHaveLength(0);
  expect(await backendOf(store)).toBe(first);
});

it('nothing is left in the session that a transaction pooler would hand to another', async () => {
  const store = open();
  await store.transaction((within) => within`select ${1}::int`);
  const left = await store.transaction(async (within) => {
    const [limits] = await within`
      select current_setting('statement_timeout') as statement,
        current_setting('idle_in_transaction_session_timeout') as idle`;
    // What is true of the session, once this transaction is over.
    await within`commit`;
    const statements = await within`select name from pg_prepared_statements`;
    const channels = await within`select pg_listening_channels()`;
    const locks = await within`
      select 1 from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'`;
    const settings = await within`select name, setting from pg_settings where source = 'session'`;
    return { limits, statements, channels, locks, settings };
  });
  expect(left).toMatchObject({ limits: { statement: '2s', idle: '10s' } });
  expect([left.statements, left.channels, left.locks, left.settings].map((rows) => rows.length)).toEqual([
    0, 0, 0, 0,
  ]);
});
