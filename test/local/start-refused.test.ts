import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../local/free-port.ts';
import { start, temporaryFolder } from '../worlds/npm-start.ts';

it('a second start on one DATA_DIR is refused in one sentence', async () => {
  const dataDir = await temporaryFolder();
  await start({ DATA_DIR: dataDir }).line('ready ');
  const second = start({ DATA_DIR: dataDir });
  expect(await second.exit).toBe(1);
  expect(second.lines).toEqual([expect.stringMatching(/^DATA_DIR .* is in use by another start/)]);
});

it.each(['PORT', 'CI_PORT'])(
  'a busy %s is told in one sentence, before anything is built',
  async (setting) => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.close();
    });
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const started = start({ DATA_DIR: await temporaryFolder(), [setting]: String(port) });
    expect(await started.exit).toBe(1);
    expect(started.lines).toEqual([expect.stringMatching(new RegExp(`^${setting} ${port} is in use`))]);
  },
);

it('a DATA_DIR that cannot be is told in one sentence', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const started = start({ DATA_DIR: path.join(file, 'below') });
  expect(await started.exit).toBe(1);
  expect(started.lines).toEqual([expect.stringMatching(/^DATA_DIR .*below cannot be written \(ENOTDIR\)/)]);
});

it('one port for the functions and the cloud is told as that', async () => {
  const port = String(await freePort(0));
  const started = start({ DATA_DIR: await temporaryFolder(), PORT: port, CI_PORT: port });
  expect(await started.exit).toBe(1);
  expect(started.lines).toEqual([`PORT and CI_PORT are both ${port}: set one of them to another port`]);
});

it.skipIf(process.platform !== 'linux')(
  'a DATA_DIR where no folder can be made is told at once',
  async () => {
    const started = start({ DATA_DIR: '/proc/jobwatch/data' });
    expect(await started.exit).toBe(1);
    expect(started.lines).toEqual([expect.stringMatching(/^DATA_DIR .* cannot be written \(ENOENT\)/)]);
  },
);

it('--help tells what it starts and its settings, and starts nothing', async () => {
  const started = start({}, ['--help']);
  expect(await started.exit).toBe(0);
  const text = started.lines.join('\n');
  for (const word of ['--live', 'PORT', 'CI_PORT', 'DATA_DIR', 'DATABASE_URL', 'LOG'])
    expect(text).toContain(word);
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
