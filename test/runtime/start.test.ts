import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive, untilGone } from './process-state.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

type Started = {
  process: ChildProcess;
  /** What it has printed so far, on either stream. */
  lines: string[];
  /** Resolves with the line that begins so; fails when the process ends without it. */
  line(beginning: string): Promise<string>;
  exit: Promise<number | null>;
};

/** `npm start` without npm, on any free ports, until the test ends. */
function start(env: Record<string, string>, args: string[] = []): Started {
  return run(process.execPath, ['--import', 'tsx', 'local/start.ts', ...args], env);
}

function run(command: string, args: string[], env: Record<string, string>): Started {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', CI_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (text) => {
      lines.push(text);
      for (const look of waiting) look();
    });
  }
  const exit = once(child, 'close').then(([code]): number | null => code);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return {
    process: child,
    lines,
    exit,
    line: (beginning) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find((text) => text.startsWith(beginning));
          if (found !== undefined) resolve(found);
        };
        waiting.add(look);
        void exit.then(() => reject(new Error(`ended without a line "${beginning}":\n${lines.join('\n')}`)));
        look();
      }),
  };
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'jobwatch-start-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const urlIn = (line: string) => /http:\/\/\S+/.exec(line)?.[0] ?? '';

/** Every process below one, by the system's own list. */
async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const entry of await readdir('/proc')) {
    const stat = /^\d+$/.test(entry) ? await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '') : '';
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (parent !== undefined) parents.set(Number(entry), Number(parent));
  }
  const below = (of: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === of ? [child, ...below(child)] : []));
  return below(pid);
}

test('a first start makes the GIF of its sample, says ready, and answers', async () => {
  const dataDir = await temporaryFolder();
  const started = start({ DATA_DIR: dataDir });
  const url = urlIn(await started.line('ready '));
  const gif = await readFile(path.join(dataDir, 'buckets/media-1250000000/gifs/sample.gif'));
  expect(gif.subarray(0, 6).toString()).toBe('GIF89a');
  expect(started.lines.filter((line) => line.startsWith('ready '))).toHaveLength(1);
  expect(started.lines.filter((line) => line.includes('curl'))).toHaveLength(3);
  const job = await fetch(urlIn(await started.line('job ')));
  expect(await job.json()).toMatchObject({ JobsDetail: [{ State: 'Success' }] });
  expect(job.url.startsWith(url)).toBe(true);
});

test.skipIf(process.platform !== 'linux').each(['SIGINT', 'SIGTERM'] as const)(
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

test('after a kill -9 the next start on the same DATA_DIR works and knows the old jobs', async () => {
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

test.each(['built ', 'sample '])(
  'after a kill -9 as soon as "%s" is printed the next start makes the GIF',
  async (line) => {
    const dataDir = await temporaryFolder();
    const first = start({ DATA_DIR: dataDir });
    await first.line(line);
    first.process.kill('SIGKILL');
    const second = start({ DATA_DIR: dataDir });
    await second.line('ready ');
    const gif = await readFile(path.join(dataDir, 'buckets/media-1250000000/gifs/sample.gif'));
    expect(gif.subarray(0, 6).toString()).toBe('GIF89a');
  },
);

test.skipIf(process.platform !== 'linux')('a kill -9 of npm alone stops what it started', async () => {
  const folder = await temporaryFolder();
  const started = run('npm', ['start'], { DATA_DIR: path.join(folder, 'data'), HOME: folder });
  await started.line('ready ');
  const below = await descendants(started.process.pid ?? 0);
  expect(below.length).toBeGreaterThan(1);
  started.process.kill('SIGKILL');
  await untilGone(below);
});

test('with API_TOKENS set, requests need one of them, also the sample', async () => {
  const started = start({ DATA_DIR: await temporaryFolder(), API_TOKENS: 'first-token,second-token' });
  const url = urlIn(await started.line('ready '));
  await started.line('gif ');
  const target = `${url}/jobs?tag=Animation`;
  expect((await fetch(target)).status).toBe(401);
  expect((await fetch(target, { headers: { authorization: 'Bearer second-token' } })).status).toBe(200);
  expect(started.lines.join('\n')).not.toMatch(/first-token|second-token/);
});

test('a second start on one DATA_DIR is refused in one sentence', async () => {
  const dataDir = await temporaryFolder();
  await start({ DATA_DIR: dataDir }).line('ready ');
  const second = start({ DATA_DIR: dataDir });
  expect(await second.exit).toBe(1);
  expect(second.lines).toEqual([expect.stringMatching(/^DATA_DIR .* is in use by another start/)]);
});

test.each(['PORT', 'CI_PORT'])('a busy %s is told in one sentence', async (setting) => {
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

test('a DATA_DIR that cannot be is told in one sentence', async () => {
  const file = path.join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const started = start({ DATA_DIR: path.join(file, 'below') });
  expect(await started.exit).toBe(1);
  expect(started.lines).toEqual([expect.stringMatching(/^DATA_DIR .*below cannot be written \(ENOTDIR\)/)]);
});

test.each([
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

test('--live needs no local cloud and submits nothing', async () => {
  const started = start(
    {
      TENCENTCLOUD_SECRET_ID: 'id',
      TENCENTCLOUD_SECRET_KEY: 'key',
      CI_BUCKETS: 'media-1250000000@ap-guangzhou',
    },
    ['--live'],
  );
  expect(await started.line('ready ')).not.toContain('data in');
  expect(started.lines.filter((line) => /^(sample|gif|job) /.test(line))).toEqual([]);
});
