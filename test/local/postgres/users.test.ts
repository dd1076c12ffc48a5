import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test as it, onTestFinished } from 'vitest';
import { otherCheckout, serverFrom, startFrom } from './other-checkout.ts';
import { connect, isRoot, openFolder, ownPostgres } from './own-postgres.ts';

/** Someone without rights, `nobody` on most systems. Who is not root can be nobody else. */
const NOBODY = 65_534;
const ordinary = isRoot ? { uid: NOBODY, gid: NOBODY } : {};

it('it never runs as root', async () => {
  const dataDir = await openFolder();
  const { pid, url } = await ownPostgres({ dataDir });
  expect(await connect(url)`select 1 as one`).toEqual([{ one: 1 }]);
  expect((await stat(path.join(dataDir, 'postgres'))).uid).not.toBe(0);
  if (process.platform === 'linux') expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
});

it('an ordinary user runs it in his own name, and root goes on in that name', async () => {
  const [checkout, dataDir] = [await otherCheckout(), await openFolder()];
  if (isRoot) await chown(dataDir, NOBODY, NOBODY);
  const { starter, url } = await serverFrom(checkout, dataDir, ordinary);
  await connect(url)`create table kept as select 1 as id`;
  const owner = async () => (await stat(path.join(dataDir, 'postgres'))).uid;
  expect(await owner()).toBe(isRoot ? NOBODY : process.getuid?.());
  starter.kill('SIGKILL');

  const later = await ownPostgres({ dataDir });
  expect(await connect(later.url)`select id from kept`).toEqual([{ id: 1 }]);
  expect(await owner()).toBe(isRoot ? NOBODY : process.getuid?.());
});

it('a data folder below one that nobody else may enter works, or that one is named', async () => {
  const closed = path.join(await openFolder(), 'home');
  await mkdir(closed, { mode: 0o700 });
  const dataDir = path.join(closed, 'jobwatch', '.local');
  const { printed } = await startFrom(await otherCheckout(), dataDir);
  if (!isRoot) return expect(printed).toHaveProperty('url');
  expect(printed).toEqual({
    refusal: `PostgreSQL refuses root and runs as user postgres, who may not enter ${closed}: set DATA_DIR to a folder that this user can reach, or DATABASE_URL to a PostgreSQL of your own`,
  });
  expect(await readdir(dataDir)).toEqual([]);
});

it('a checkout below a folder that nobody else may enter works, again and again', async () => {
  const [checkout, dataDir] = [await otherCheckout(), await openFolder()];
  await chmod(checkout, 0o700);
  onTestFinished(() => chmod(checkout, 0o755));
  for (const start of [1, 2]) {
    const { starter, url } = await serverFrom(checkout, dataDir);
    expect(await connect(url)`select ${start}::int as start`).toEqual([{ start }]);
    starter.stdin?.end();
    await once(starter, 'exit');
  }
});
