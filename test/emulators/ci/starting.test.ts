import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFfmpeg } from '../../../emulators/ci/find-ffmpeg.ts';
import { runCloud, type TestCloud } from '../../worlds/running-cloud.ts';

let running: TestCloud;
beforeAll(async () => {
  running = await runCloud();
});
afterAll(() => running.close());

it('a second start on a taken port fails and touches nothing of the first', async () => {
  const inFlight = join(running.dataDir, 'ci', 'tmp', 'upload');
  await writeFile(inFlight, 'in flight');
  await expect(runCloud({ port: running.cloud.port, dataDir: running.dataDir })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  expect(await readFile(inFlight, 'utf8')).toBe('in flight');
});

it('a folder that is a file fails, and leaves no server behind', async () => {
  const file = join(running.dataDir, 'file');
  await writeFile(file, '');
  await expect(runCloud({ dataDir: file })).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it('finds an ffmpeg that can be run', async () => {
  const { stdout } = await promisify(execFile)(await findFfmpeg(), ['-version']);
  expect(stdout).toMatch(/^ffmpeg version/);
});

it('closing twice is closing once', async () => {
  const other = await runCloud();
  await Promise.all([other.cloud.close(), other.cloud.close()]);
  await other.close();
});
