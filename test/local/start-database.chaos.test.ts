import { once } from 'node:events';
import { access, mkdir, readdir, readFile, watch } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { expect, test as it, onTestFinished } from 'vitest';
import { startPostgres } from '../../local/postgres/start-postgres.ts';
import { start, temporaryFolder, urlIn } from '../worlds/npm-start.ts';
import { isAlive, untilGone } from '../worlds/process-state.ts';
import { startTestDatabase } from '../worlds/test-database.ts';

const LIVE = {
  TENCENTCLOUD_SECRET_ID: 'id',
  TENCENTCLOUD_SECRET_KEY: 'key',
  CI_BUCKETS: 'media-1250000000@ap-guangzhou',
};

/** Resolves when a file or folder of such a name is in the folder. */
async function untilThere(folder: string, name: RegExp): Promise<void> {
  const isThere = async () => (await readdir(folder)).some((entry) => name.test(entry));
  const changes = watch(folder);
  if (await isThere()) return;
  for await (const _ of changes) if (await isThere()) return;
}

const postmasterOf = async (dataDir: string) =>
  Number.parseInt(await readFile(path.join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10);

it('recheck ticks on a database that goes with a kill -9, comes back with all it had, and is nowhere shown', async () => {
  const dataDir = await temporaryFolder();
  const first = start({ DATA_DIR: dataDir, LOG: 'json' });
  const { pathname } = new URL(urlIn(await first.line('job ')));
  const watched = pathname.replace('/jobs/', '/watches/');
  await first.line('ready ');
  const report = await first.lineWith('"kind":"report","functionName":"recheck"');
  expect(JSON.parse(report)).not.toHaveProperty('failure');
  const firstPostmaster = await postmasterOf(dataDir);
  first.process.kill('SIGKILL');
  await untilGone([firstPostmaster]);

  const second = start({ DATA_DIR: dataDir });
  const url = urlIn(await second.line('ready '));
  expect(await (await fetch(url + watched)).json()).toMatchObject({ Outcome: 'Success' });
  const postmaster = await postmasterOf(dataDir);
  second.process.kill('SIGINT');
  expect(await second.exit).toBe(0);
  expect(isAlive(postmaster)).toBe(false);
  await expect(access(path.join(dataDir, 'postgres/postmaster.pid'))).rejects.toThrow('ENOENT');

  const password = await readFile(path.join(dataDir, 'postgres.password'), 'utf8');
  expect([...first.lines, ...second.lines].join('\n')).not.toContain(password);
});

it('after any number of kill -9 while PostgreSQL is made and started the next start works', async () => {
  const dataDir = await temporaryFolder();
  // The cluster while it is made, the cluster as it stands, the server's log.
  for (const sign of [/^postgres\..*new$/, /^postgres$/, /^postgres\.log$/]) {
    const killed = start({ DATA_DIR: dataDir });
    await untilThere(dataDir, sign);
    killed.process.kill('SIGKILL');
    await killed.exit;
  }
  const url = urlIn(await start({ DATA_DIR: dataDir }).line('ready '));
  expect((await fetch(`${url}/watches`)).status).toBe(200);
});

it('a Ctrl-C while PostgreSQL starts leaves no process behind', async () => {
  const dataDir = await temporaryFolder();
  const started = start({ DATA_DIR: dataDir });
  await untilThere(dataDir, /^postgres\.log$/);
  await untilThere(path.join(dataDir, 'postgres'), /^postmaster\.pid$/);
  const postmaster = await postmasterOf(dataDir);
  started.process.kill('SIGINT');
  expect(await started.exit).toBe(0);
  await untilGone([postmaster]);
  expect(started.lines.filter((line) => !line.startsWith('built '))).toEqual([
    expect.stringMatching(/^stopping: /),
  ]);
});

it('another PostgreSQL on port 5432 does not matter', async () => {
  const dataDir = await temporaryFolder();
  // If it cannot be had, that is because another server has the port already: which is what is wanted.
  const other = await startPostgres({ dataDir: path.join(dataDir, 'other'), port: 5432 }).catch(
    () => undefined,
  );
  onTestFinished(async () => await other?.close());
  const taken = connect(5432, '127.0.0.1');
  await once(taken, 'connect');
  taken.destroy();
  const url = urlIn(await start({ DATA_DIR: dataDir }).line('ready '));
  expect((await fetch(`${url}/watches`)).status).toBe(200);
});

it('DATABASE_URL takes the place of the PostgreSQL of our own, with the local service and with --live', async () => {
  const folder = await temporaryFolder();
  const database = await startTestDatabase();
  onTestFinished(database.close);
  for (const [live, args] of [
    [{}, []],
    [LIVE, ['--live']],
  ] as const) {
    const dataDir = path.join(folder, `data${args.length}`);
    await mkdir(dataDir);
    const started = start({ DATA_DIR: dataDir, DATABASE_URL: database.url, ...live }, [...args]);
    const url = urlIn(await started.line('ready '));
    expect((await fetch(`${url}/watches`)).status).toBe(200);
    expect((await readdir(dataDir)).filter((name) => /^(postgres|live)/.test(name))).toEqual([]);
    expect(started.lines.join('\n')).not.toContain(new URL(database.url).password);
  }
});
