import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, test as it, onTestFinished } from 'vitest';
import { startPostgres } from '../../../local/postgres/start-postgres.ts';
import { otherCheckout, startFrom } from './other-checkout.ts';
import { isRoot, openFolder, ownPostgres, usedFolder } from './own-postgres.ts';

it('a taken port is named, and nothing stays behind', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const address = taken.address();
  if (address === null || typeof address === 'string') throw new TypeError('Expected a TCP address');

  const dataDir = await usedFolder();
  await expect(startPostgres({ dataDir, port: address.port })).rejects.toThrow(
    `PostgreSQL cannot listen on port ${address.port} of 127.0.0.1 (EADDRINUSE): stop what listens there, or choose another port`,
  );
  taken.close();
  expect((await ownPostgres({ dataDir, port: address.port })).port).toBe(address.port);
});

it('a cluster whose password is gone is not started over', async () => {
  const dataDir = await usedFolder();
  const passwordFile = path.join(dataDir, 'postgres.password');
  await rm(passwordFile);
  await expect(startPostgres({ dataDir })).rejects.toThrow(`${passwordFile} cannot be read`);
});

it('a wrong password is told of, and no server stays behind', async () => {
  const dataDir = await usedFolder();
  await writeFile(path.join(dataDir, 'postgres.password'), 'guess');
  await expect(startPostgres({ dataDir })).rejects.toThrow(
    / and yet cannot be used: password authentication failed/,
  );
  expect(await readdir(path.join(dataDir, 'postgres'))).not.toContain('postmaster.pid');
});

it('what PostgreSQL itself refuses is passed on, with where to read more', async () => {
  const dataDir = await usedFolder();
  const flags = ['-c', 'max_connections=none'];
  await expect(startPostgres({ dataDir, flags })).rejects.toThrow(
    /^PostgreSQL did not start on .+\/postgres: FATAL: .*invalid value for parameter "max_connections".*postgres\.log tells more$/,
  );
});

it.runIf(isRoot)(
  'the cluster of another user is refused to an ordinary one, and one of root to all',
  async () => {
    const [checkout, dataDir] = [await otherCheckout(), await openFolder()];
    const cluster = path.join(dataDir, 'postgres');
    await mkdir(cluster);
    const { printed } = await startFrom(checkout, dataDir, { uid: 65_534, gid: 65_534 });
    expect(printed).toHaveProperty('refusal', expect.stringContaining(`${cluster} belongs to user id 0`));
    await expect(startPostgres({ dataDir })).rejects.toThrow(`${cluster} belongs to root`);
  },
);
