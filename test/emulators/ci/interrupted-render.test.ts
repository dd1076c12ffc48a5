import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import { commandLines } from '../../worlds/command-lines.ts';
import { COS_HOST, runCloud, send, texts } from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';
import { animationXml } from './animation-job.ts';

it('a render whose ffmpeg is killed is done again, and its job succeeds', async () => {
  const killed: number[] = [];
  const onProcess = (pid: number) => {
    // The one that looks at the clip, and the one that makes the picture of it.
    if (killed.length < 2) {
      killed.push(pid);
      process.kill(pid, 'SIGKILL');
    }
    return () => undefined;
  };
  const cloud = await runCloud({ onProcess });
  onTestFinished(() => cloud.close());
  await cloud.call({ method: 'PUT', url: '/clips/a.mp4', host: COS_HOST, body: await makeClip() });
  const made = await cloud.call({ method: 'POST', url: '/jobs', body: animationXml() });
  const [id = ''] = texts(made, 'JobId');
  const state = await until(async () => {
    const [now] = texts(await cloud.call({ url: `/jobs/${id}` }), 'State');
    expect(['Submitted', 'Running']).not.toContain(now);
    return now;
  });
  expect([state, killed.length]).toEqual(['Success', 2]);
});

it.skipIf(process.platform !== 'linux')(
  'ffmpeg does not outlive a local cloud that is killed, and is in no process group with it',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'killed-render-'));
    onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 3 }));
    const script = fileURLToPath(new URL('./cloud-process.ts', import.meta.url));
    const cloud = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void cloud.kill('SIGKILL'));
    const [line] = await once(createInterface(cloud.stdout), 'line');
    const port = Number(line);
    await send(port, { method: 'PUT', url: '/clips/a.mp4', host: COS_HOST, body: await makeClip() });
    await send(port, {
      method: 'POST',
      url: '/jobs',
      body: animationXml({ video: '<Width>4096</Width><Fps>60</Fps>' }),
    });
    const rendering = async () =>
      (await commandLines()).filter(({ command }) => command.includes(`${dataDir}/ci/tmp/render-`));
    const found = await until(async () => {
      const those = await rendering();
      expect(those).not.toEqual([]);
      return those;
    });
    expect(found.map(({ pid, group }) => group === pid)).toEqual([true]);
    cloud.kill('SIGKILL');
    await until(async () => expect(await rendering()).toEqual([]));
  },
);
