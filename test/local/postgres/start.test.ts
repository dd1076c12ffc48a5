import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test as it } from 'vitest';
import { startPostgres } from '../../../local/postgres/start-postgres.ts';
import { isAlive } from '../../worlds/process-state.ts';
import { connect, openFolder, ownPostgres, usedFolder } from './own-postgres.ts';

it('a start on an empty folder answers, and the next start finds what the first one kept', async () => {
  const dataDir = path.join(await openFolder(), 'not', 'there', 'yet');
  const first = await startPostgres({ dataDir });
  const sql = connect(first.url);
  await sql`create table kept as select 'from the first start' as word`;
  await first.close();
  expect(isAlive(first.pid)).toBe(false);

  const second = await ownPostgres({ dataDir });
  expect(await connect(second.url)`select word from kept`).toMatchObject([{ word: 'from the first start' }]);
});

it('it is a UTF-8 server in UTC that answers on loopback only, and that syncs what it acknowledges', async () => {
  const { url, port } = await ownPostgres({ dataDir: await usedFolder() });
  const [settings] = await connect(url)`
    select current_database() as database,
           current_setting('listen_addresses') as addresses,
           current_setting('unix_socket_directories') as sockets,
           current_setting('port')::int as port,
           current_setting('fsync') as fsync,
           current_setting('synchronous_commit') as commit,
           current_setting('timezone') as timezone,
           current_setting('server_encoding') as encoding,
           current_setting('lc_collate', true) as collate,
           (select datcollate from pg_database where datname = current_database()) as locale`;
  expect(settings).toEqual({
    database: 'jobwatch',
    addresses: '127.0.0.1',
    sockets: '',
    port,
    fsync: 'on',
    commit: 'on',
    timezone: 'UTC',
    encoding: 'UTF8',
    collate: null,
    locale: 'C',
  });
});

it('flags override the settings', async () => {
  const { url } = await ownPostgres({ dataDir: await usedFolder(), flags: ['-c', 'max_connections=7'] });
  expect(await connect(url)`show max_connections`).toMatchObject([{ max_connections: '7' }]);
});

it('the password is needed, and stands in a file of its owner alone, never in the log', async () => {
  const dataDir = await usedFolder();
  const { url } = await ownPostgres({ dataDir });
  const { password } = new URL(url);
  const file = path.join(dataDir, 'postgres.password');
  expect(await readFile(file, 'utf8')).toBe(password);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(password).toMatch(/^[\w-]{32}$/);

  await expect(connect(url.replace(password, 'guess'))`select 1`).rejects.toMatchObject({ code: '28P01' });
  expect(await readFile(path.join(dataDir, 'postgres.log'), 'utf8')).not.toContain(password);
});

it('closing ends it while somebody is connected, and twice is once', async () => {
  const server = await startPostgres({ dataDir: await usedFolder() });
  const sql = connect(server.url);
  await sql`select 1`;
  await Promise.all([server.close(), server.close()]);
  expect(isAlive(server.pid)).toBe(false);
});
