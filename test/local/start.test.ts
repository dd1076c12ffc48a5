import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ReceiverEntry } from '../../local/receiver/receiver-entry.ts';
import { startReceiver } from '../../local/receiver/start-receiver.ts';
import { start, temporaryFolder, urlIn } from '../worlds/npm-start.ts';

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

it('what no rule takes is told with its reason, and capitals are no reason', async () => {
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
  await started.lineWith(made);
});

it('with API_TOKENS set, requests need one of them, also the sample', async () => {
  const started = start({
    DATA_DIR: await temporaryFolder(),
    API_TOKENS: 'shop:first-token-of-everybody,second-token-of-everybody',
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
