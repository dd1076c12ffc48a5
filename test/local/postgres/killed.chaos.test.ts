import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test as it } from 'vitest';
import { isAlive, untilGone } from '../../worlds/process-state.ts';
import { otherCheckout, runStarter, serverFrom } from './other-checkout.ts';
import { connect, openFolder, ownPostgres, usedFolder } from './own-postgres.ts';

it('after a kill -9 of the server the next start has every acknowledged row', async () => {
  const dataDir = await usedFolder();
  const killed = await ownPostgres({ dataDir });
  const sql = connect(killed.url);
  await sql`create table kept (id int)`;
  for (let id = 1; id <= 20; id++) await sql`insert into kept values (${id})`;
  killed.kill();

  const { url } = await ownPostgres({ dataDir });
  expect(await connect(url)`select count(*)::int, max(id) from kept`).toEqual([{ count: 20, max: 20 }]);
});

it('a server that dies by itself is told of', async () => {
  const dataDir = await usedFolder();
  const line = await new Promise<string>((log, reject) => {
    ownPostgres({ dataDir, log }).then(({ kill }) => kill(), reject);
  });
  expect(line).toMatch(/^PostgreSQL has ended by itself/);
});

it('a start waits for the backends of a killed server', async () => {
  const dataDir = await usedFolder();
  const killed = await ownPostgres({ dataDir });
  const [backend] = await connect(killed.url)`select pg_backend_pid() as pid`;
  process.kill(backend?.['pid'], 'SIGSTOP');
  killed.kill();

  const waits: string[] = [];
  const { url } = await ownPostgres({
    dataDir,
    log: (line) => {
      waits.push(line);
      process.kill(backend?.['pid'], 'SIGCONT');
    },
  });
  expect(waits[0]).toContain('pre-existing shared memory block');
  expect(await connect(url)`select 1 as one`).toEqual([{ one: 1 }]);
});

it('a server that outlived its killed starter is stopped by the next start, and nothing is lost', async () => {
  const dataDir = await usedFolder();
  const orphan = await serverFrom(await otherCheckout(), dataDir);
  const sql = connect(orphan.url);
  await sql`create table kept as select 1 as id`;
  // The whole group, as the terminal's Ctrl-C: the server is not in it.
  process.kill(-Number(orphan.starter.pid), 'SIGKILL');
  await once(orphan.starter, 'exit');
  expect(await sql`select id from kept`).toEqual([{ id: 1 }]);

  const { url, pid } = await ownPostgres({ dataDir });
  expect(isAlive(orphan.pid)).toBe(false);
  expect(pid).not.toBe(orphan.pid);
  expect(await connect(url)`select id from kept`).toEqual([{ id: 1 }]);
});

it('a starter that exits without closing takes the server along', async () => {
  const { starter, pid } = await serverFrom(await otherCheckout(), await usedFolder());
  starter.stdin?.write('exit');
  await untilGone([pid]);
});

it('a lock file whose process id has gone to another server stops no start and harms no other', async () => {
  const [dataDir, otherDir] = [await usedFolder(), await usedFolder()];
  const other = await ownPostgres({ dataDir: otherDir });
  const killed = await ownPostgres({ dataDir });
  killed.kill();
  await killed.close();
  await writeFile(path.join(dataDir, 'postgres', 'postmaster.pid'), `${other.pid}\n${dataDir}/postgres\n`);

  const { url } = await ownPostgres({ dataDir });
  expect(await connect(url)`select 1 as one`).toEqual([{ one: 1 }]);
  expect(await connect(other.url)`select 2 as two`).toEqual([{ two: 2 }]);
});

it('an empty lock file stops no start', async () => {
  const dataDir = await usedFolder();
  await writeFile(path.join(dataDir, 'postgres', 'postmaster.pid'), '');
  const { url } = await ownPostgres({ dataDir });
  expect(await connect(url)`select 1 as one`).toEqual([{ one: 1 }]);
});

it('a start that is killed -9 while it makes the cluster leaves nothing in the way of the next', async () => {
  const dataDir = await openFolder();
  const starter = runStarter(await otherCheckout(), dataDir);
  const halfMade = async () => (await readdir(dataDir)).filter((name) => name.endsWith('.new'));
  while ((await halfMade()).length === 0) await setImmediate();
  starter.kill('SIGKILL');
  await once(starter, 'exit');
  expect(await readdir(dataDir)).toEqual(await halfMade());

  const { url } = await ownPostgres({ dataDir });
  expect(await connect(url)`select 1 as one`).toEqual([{ one: 1 }]);
  expect(await halfMade()).toEqual([]);
});

it('what a start that was killed had half made is removed', async () => {
  const dataDir = await openFolder();
  for (const name of ['postgres.0a-1b.new', 'postgres-programs.2c-3d.new', 'postgres.mine', 'buckets']) {
    await mkdir(path.join(dataDir, name, 'cluster'), { recursive: true });
    await writeFile(path.join(dataDir, name, 'cluster', 'PG_VERSION'), '');
  }
  const { url } = await ownPostgres({ dataDir });
  expect(await connect(url)`select 1 as one`).toEqual([{ one: 1 }]);
  const names = ['buckets', 'postgres', 'postgres.log', 'postgres.mine', 'postgres.password'];
  expect((await readdir(dataDir)).sort()).toEqual(names);
});
