import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeClip } from '../../worlds/clips.ts';
import { commandLines } from '../../worlds/command-lines.ts';
import { isAlive, untilGone } from '../../worlds/process-state.ts';
import { BUCKET, COS_HOST, REGION, send, texts } from '../../worlds/running-cloud.ts';
import { until } from '../../worlds/until.ts';
import { animationXml } from './animation-job.ts';

const SECRETS = { LOCAL_SECRET_ID: 'test-id', LOCAL_SECRET_KEY: 'test-key' };

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'emulator-'));
  onTestFinished(async () => await rm(made, { recursive: true, force: true, maxRetries: 5 }));
  return made;
}

/** `npm run emulator` without npm, leader of a process group of its own as in a terminal. */
function emulator(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'emulators/ci/run.ts', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...SECRETS, ...env },
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const ready = async () => {
    await until(() => expect(text).toMatch(/^ready .*$/m));
    return new URL(/^ready .*(http:\/\/[\d.:]+)/m.exec(text)?.[1] ?? '');
  };
  return { child, ended, ready, text: () => text };
}

it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  '%s to the whole group while it renders leaves no process, and the GIF is there after the next start',
  async (signal) => {
    const data = await folder();
    const args = ['--port', '0', '--data', data];
    const first = emulator([...args, '--json']);
    const port = Number((await first.ready()).port);
    await send(port, { method: 'PUT', url: '/clips/a.mp4', host: COS_HOST, body: await makeClip() });
    const body = animationXml({ output: 'gifs/a.gif', video: '<Width>1280</Width><Fps>50</Fps>' });
    const [id] = texts(await send(port, { method: 'POST', url: '/jobs', body }), 'JobId');
    const rendering = async () =>
      (await commandLines()).filter(({ command }) => command.includes(`${data}/ci/tmp/render-`));
    const processes = await until(async () => {
      const found = await rendering();
      expect(found).not.toEqual([]);
      return found.map(({ pid }) => pid);
    });
    process.kill(-(first.child.pid ?? 0), signal);
    expect(await first.ended).toBe(signal === 'SIGKILL' ? null : 0);
    await untilGone(processes);
    expect(processes.filter(isAlive)).toEqual([]);

    const second = emulator(args);
    const again = Number((await second.ready()).port);
    await until(async () => {
      const { text } = await send(again, { url: `/jobs/${id}` });
      expect(text).toContain('<State>Success</State>');
    });
    expect((await send(again, { url: '/gifs/a.gif', host: COS_HOST })).text).toMatch(/^GIF8/);
  },
);

it('says how each official client reaches it, and keeps its folder to itself', async () => {
  const data = await folder();
  const first = emulator(['--port', '0', '--data', data, '--no-ffmpeg'], {
    LOCAL_BUCKETS: 'other-1250000000/ap-shanghai',
  });
  const { host, port } = await first.ready();
  for (const client of ['Node.js', 'browser', 'Python', 'Go', 'Java', 'PHP'])
    expect(first.text()).toMatch(new RegExp(`^${client.replace('.', '\\.')} .*${host}`, 'm'));
  const second = emulator(['--port', '0', '--data', data]);
  expect(await second.ended).toBe(1);
  expect(second.text()).toMatch(/^jobwatch emulator: \S+ is in use by another start/m);
  const taken = emulator(['--port', port, '--data', await folder()]);
  expect(await taken.ended).toBe(1);
  expect(taken.text()).toContain(`--port: ${port} is taken`);
  // Without ffmpeg a job ends all the same.
  const made = await send(Number(port), { method: 'POST', url: '/jobs', body: animationXml() });
  await until(async () =>
    expect((await send(Number(port), { url: `/jobs/${texts(made, 'JobId')[0]}` })).text).toContain('Success'),
  );
  const there = await send(Number(port), { url: '/', host: 'other-1250000000.cos.ap-shanghai.myqcloud.com' });
  expect(there.status).toBe(200);
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  expect(first.text().trimEnd().split('\n').at(-1)).toMatch(/^stopping /);
});

it.each([
  [['--port', 'x'], '--port: expected a number up to 65535, got x'],
  [['--wrong'], "Unknown option '--wrong'"],
  [['--data', '/proc/x'], 'cannot be written'],
])('%j is told in one line', async (args, told) => {
  const { ended, text } = emulator(args);
  expect(await ended).toBe(1);
  expect(text().trimEnd().split('\n')).toEqual([expect.stringContaining(told)]);
});

it('a wrong LOCAL_BUCKETS is told by its name', async () => {
  const { ended, text } = emulator(['--no-ffmpeg'], { LOCAL_BUCKETS: `${BUCKET}/${REGION}` });
  expect(await ended).toBe(1);
  expect(text()).toContain(`LOCAL_BUCKETS: expected each bucket once, got ${BUCKET} twice`);
});
