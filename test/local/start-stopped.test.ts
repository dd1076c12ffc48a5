import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { descendants, run, start, temporaryFolder, urlIn } from '../worlds/npm-start.ts';
import { isAlive, untilGone } from '../worlds/process-state.ts';
import { until } from '../worlds/until.ts';

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

it.skipIf(process.platform === 'win32')('who waits for an answer while it stops hears so', async () => {
  const started = start({ DATA_DIR: await temporaryFolder() });
  const url = urlIn(await started.line('ready '));
  const cloud = urlIn((await started.line('ready ')).split(' at ')[1]?.split(',')[0] ?? '');
  const made = await fetch(`${cloud}/_control/jobs`, {
    method: 'POST',
    body: JSON.stringify({ count: 1, state: 'Running' }),
  });
  const id = /j[0-9a-f]{32}/.exec(await made.text())?.[0] ?? '';
  const asked = async () => {
    const stats = await (await fetch(`${cloud}/_control/stats`)).text();
    return Number(/"idsAsked": ?(\d+)/.exec(stats)?.[1]);
  };
  const askedBefore = await asked();
  const waiting = fetch(`${url}/jobs/${id}?wait=20`);
  await until(async () => expect(await asked()).toBeGreaterThan(askedBefore));
  started.process.kill('SIGINT');
  const answer = await waiting;
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await answer.json()).toMatchObject({ code: 'Stopping' });
  expect(await started.exit).toBe(0);
  expect(started.lines.at(-1)).toMatch(/^stopping: /);
  expect(started.lines.filter((line) => line.startsWith('stopping: '))).toHaveLength(1);
});

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
