import { once } from 'node:events';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test as it, onTestFinished, vi } from 'vitest';
import type { ReceiverEntry } from '../../local/receiver/receiver-entry.ts';
import { startReceiver } from '../../local/receiver/start-receiver.ts';
import { descendants, run, start, temporaryFolder, urlIn } from '../worlds/npm-start.ts';
import { isAlive, untilGone } from '../worlds/process-state.ts';

it('a first start makes the GIF of its sample, says ready, answers, and shows the event of its job', async () => {
  const dataDir = await temporaryFolder();
  const started = start({ DATA_DIR: dataDir });
  const url = urlIn(await started.line('ready '));
  const gif = await readFile(path.join(dataDir, 'buckets/media-1250000000/gifs/sample.mp4.gif'));
  expect(gif.subarray(0, 6).toString()).toBe('GIF89a');
  expect(started.lines.filter((line) => line.startsWith('ready '))).toHaveLength(1);
  expect(started.lines.filter((line) => line.includes('curl'))).toHaveLength(5);
  const job = await fetch(urlIn(await started.line('job ')));
  const jobId = path.basename(job.url);
  expect(await job.json()).toMatchObject({ JobsDetail: [{ State: 'Success' }] });
  expect(job.url.startsWith(url)).toBe(true);
  expect(await started.line('event    jobwatch.job.succeeded ')).toBe(
    `event    jobwatch.job.succeeded ${jobId} clips/sample.mp4 → gifs/sample.mp4.gif (verified)`,
  );
});

it('what no rule takes is told with its reason, and capitals are no reason', {
  timeout: 90_000,
}, async () => {
  const dataDir = await temporaryFolder();
  const started = start({ DATA_DIR: dataDir });
  await started.line('event    jobwatch.job.succeeded ');
  const clips = path.join(dataDir, 'buckets/media-1250000000/clips');
  await writeFile(path.join(clips, 'x.txt'), 'no clip');
  await writeFile(path.join(clips, '._IMG_1.mov'), 'no clip either');
  await copyFile(path.join(clips, 'sample.mp4'), path.join(clips, 'IMG_0001.MP4'));
  expect(await started.line('ignored clips/x.txt')).toBe('ignored clips/x.txt: no rule takes .txt');
  expect(await started.line('ignored clips/._IMG_1.mov')).toContain(
    ': a name that begins with a dot is hidden',
  );
  const made = 'clips/IMG_0001.MP4 → gifs/IMG_0001.MP4.gif (verified)';
  await vi.waitFor(() => expect(started.lines.some((line) => line.endsWith(made))).toBe(true), {
    timeout: 30_000,
  });
});

it.skipIf(process.platform !== 'linux').each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops everything, with code 0',
  async (signal) => {
    const started = start({ DATA_DIR: await temporaryFolder() });
    await started.line('ready ');
    const below = await descendants(started.process.pid ?? 0);
    expect(below.length).toBeGreaterThan(0);
    started.process.kill(signal);
    expect(await started.exit).toBe(0);
    await untilGone(below);
    expect(below.filter(isAlive)).toEqual([]);
  },
);

it('after a kill -9 the next start on the same DATA_DIR works and knows the old jobs', async () => {
  const dataDir = await temporaryFolder();
  const first = start({ DATA_DIR: dataDir });
  await first.line('ready ');
  const { pathname } = new URL(urlIn(await first.line('job ')));
  first.process.kill('SIGKILL');
  const second = start({ DATA_DIR: dataDir });
  const url = urlIn(await second.line('ready '));
  expect(await (await fetch(url + pathname)).json()).toMatchObject({ JobsDetail: [{ State: 'Success' }] });
  expect(second.lines.filter((line) => line.startsWith('sample '))).toEqual([]);
});

it.each(['built ', 'sample '])(
  'after a kill -9 as soon as "%s" is printed the next start makes the GIF',
  async (line) => {
    const dataDir = await temporaryFolder();
    const first = start({ DATA_DIR: dataDir });
    await first.line(line);
    first.process.kill('SIGKILL');
    const second = start({ DATA_DIR: dataDir });
    await second.line('ready ');
    const gif = await readFile(path.join(dataDir, 'buckets/media-1250000000/gifs/sample.mp4.gif'));
    expect(gif.subarray(0, 6).toString()).toBe('GIF89a');
  },
);

it.skipIf(process.platform !== 'linux')('a kill -9 of npm alone stops what it started', async () => {
  const folder = await temporaryFolder();
  const started = run('npm', ['start'], { DATA_DIR: path.join(folder, 'data'), HOME: folder });
  await started.line('ready ');
  const below = await descendants(started.process.pid ?? 0);
  expect(below.length).toBeGreaterThan(1);
  started.process.kill('SIGKILL');
  await untilGone(below);
});

it('with API_TOKENS set, requests need one of them, also the sample', async () => {
  const started = start({
    DATA_DIR: await temporaryFolder(),
    API_TOKENS: 'first-token-of-everybody,second-token-of-everybody',
  });
  const url = urlIn(await started.line('ready '));
  await started.line('gif ');
  const target = `${url}/jobs?tag=Animation`;
  expect((await fetch(target)).status).toBe(401);
  expect(
    (await fetch(target, { headers: { authorization: 'Bearer second-token-of-everybody' } })).status,
  ).toBe(200);
  expect(started.lines.join('\n')).not.toMatch(/first-token-of-everybody|second-token-of-everybody/);
});

it('with WEBHOOKS set, events go there and nowhere else', async () => {
  const received: ReceiverEntry[] = [];
  let tell: () => void = () => undefined;
  const succeeded = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const receiver = await startReceiver((entry) => {
    received.push(entry);
    if (entry.verified && entry.type === 'jobwatch.job.succeeded') tell();
  });
  onTestFinished(receiver.close);
  const endpoint = { name: 'mine', url: receiver.url, secrets: [receiver.secret] };
  const started = start({
    DATA_DIR: await temporaryFolder(),
    WEBHOOKS: JSON.stringify([endpoint]),
    WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
  });
  await started.line('ready ');
  await succeeded;
  expect(received.every(({ verified }) => verified)).toBe(true);
  expect(started.lines.filter((line) => line.startsWith('event '))).toEqual([]);
  expect(started.lines.join('\n')).not.toContain(receiver.secret);
});

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

it('--live needs no local cloud, submits nothing and keeps a database apart from the local one', async () => {
  const dataDir = await temporaryFolder();
  const started = start(
    {
      DATA_DIR: dataDir,
      TENCENTCLOUD_SECRET_ID: 'id',
      TENCENTCLOUD_SECRET_KEY: 'key',
      CI_BUCKETS: 'media-1250000000@ap-guangzhou',
    },
    ['--live'],
  );
  expect(await started.line('ready ')).not.toContain('data in');
  expect(started.lines.filter((line) => /^(sample|gif|job) /.test(line))).toEqual([]);
  expect(await readdir(dataDir)).toEqual(['live']);
  expect(await readdir(path.join(dataDir, 'live'))).toContain('postgres');
});
