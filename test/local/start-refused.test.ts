import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { start, temporaryFolder } from '../worlds/npm-start.ts';

it('a second start on one DATA_DIR is refused in one sentence', async () => {
  const dataDir = await temporaryFolder();
  await start({ DATA_DIR: dataDir }).line('ready ');
  const second = start({ DATA_DIR: dataDir });
  expect(await second.exit).toBe(1);
  expect(second.lines).toEqual([expect.stringMatching(/^DATA_DIR .* is in use by another start/)]);
});

it.each(['PORT', 'CI_PORT'])('a busy %s is told in one sentence', async (setting) => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const started = start({ DATA_DIR: await temporaryFolder(), [setting]: String(port) });
  expect(await started.exit).toBe(1);
  expect(started.lines.at(-1)).toMatch(new RegExp(`^${setting} ${port} is in use`));
  expect(started.lines.filter((line) => !line.startsWith('built '))).toHaveLength(1);
});

it('a DATA_DIR that cannot be is told in one sentence', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const started = start({ DATA_DIR: path.join(file, 'below') });
  expect(await started.exit).toBe(1);
  expect(started.lines).toEqual([expect.stringMatching(/^DATA_DIR .*below cannot be written \(ENOTDIR\)/)]);
});

it.each([
  [{ PORT: 'http' }, [], /^PORT: expected a port from 0 to 65535, got "http"$/],
  [{ CI_PORT: '65536' }, [], /^CI_PORT: expected a port/],
  [{}, ['--verbose'], /^Expected --watch or --live, got --verbose$/],
  [{}, ['--live'], /^--live .*TENCENTCLOUD_SECRET_ID/],
  [{ TENCENTCLOUD_SECRET_ID: 'i', TENCENTCLOUD_SECRET_KEY: 'k' }, ['--live'], /^--live .*CI_BUCKETS/],
])('a wrong setting (%j %j) is told in one sentence', async (env, args, sentence) => {
  const started = start({ DATA_DIR: path.join(tmpdir(), 'jobwatch-never-made'), ...env }, args);
  expect(await started.exit).toBe(1);
  expect(started.lines).toEqual([expect.stringMatching(sentence)]);
});
