import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import { COS_HOST, send, texts } from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';
import { animationXml } from './animation-job.ts';

let dataDir: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'killed-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
});

async function start(): Promise<number> {
  const script = fileURLToPath(new URL('./cloud-process.ts', import.meta.url));
  const started = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const [line] = await once(createInterface(started.stdout), 'line');
  return Number(line);
}

it('a kill -9 in the middle of writing loses nothing that was acknowledged', async () => {
  const port = await start();
  const clip = await makeClip();
  await send(port, { method: 'PUT', url: '/clips/a.mp4', host: COS_HOST, body: clip });
  const kept = { objects: new Map<string, string>(), jobs: new Set<string>() };
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let turn = 0; ; turn++) {
      const url = `/w/${writer}-${turn}`;
      const put = await send(port, { method: 'PUT', url, host: COS_HOST, body: `${url} `.repeat(5000) });
      kept.objects.set(url, String(put.headers.etag));
      const job = await send(port, {
        method: 'POST',
        url: '/jobs',
        body: animationXml({ output: `made/\${jobid}.gif` }),
      });
      for (const id of texts(job, 'JobId')) kept.jobs.add(id);
      if (kept.jobs.size === 20) child?.kill('SIGKILL');
    }
  });
  await Promise.allSettled(writers);
  const again = await start();
  expect(kept.objects.size).toBeGreaterThanOrEqual(20);
  for (const [url, etag] of kept.objects) {
    const answer = await send(again, { url, host: COS_HOST });
    expect([answer.headers.etag, answer.text]).toEqual([etag, `${url} `.repeat(5000)]);
  }
  for (const id of kept.jobs) {
    const states = await until(async () => {
      const answer = await send(again, { url: `/jobs/${id}` });
      expect(answer.text).not.toMatch(/<State>(Submitted|Running)/);
      return texts(answer, 'State');
    });
    expect(states).toEqual(['Success']);
  }
  const made = await readdir(join(dataDir, 'buckets', 'media-1250000000', 'made'));
  expect(made).toEqual(expect.arrayContaining([...kept.jobs].map((id) => `${id}.gif`)));
});
