import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { fastFolder } from './fast-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Started {
  process: ChildProcess;
  /** What it has printed so far, on either stream. */
  lines: string[];
  /** Resolves with the line that begins so; fails when the process ends without it. */
  line(beginning: string): Promise<string>;
  /** The same for a line that has the text in it. */
  lineWith(text: string): Promise<string>;
  exit: Promise<number | null>;
}

/** `npm start` without npm, on any free ports, until the test ends. */
export function start(env: Record<string, string>, args: string[] = [], folder = ROOT): Started {
  return run(process.execPath, ['--import', 'tsx', 'local/start.ts', ...args], env, folder);
}

/** @param folder a clone of the repository; default: this one */
export function run(command: string, args: string[], env: Record<string, string>, folder = ROOT): Started {
  const child = spawn(command, args, {
    cwd: folder,
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
    child.kill('SIGTERM'); // by SIGKILL its PostgreSQL would stay for a moment, and write
    await exit;
  });
  const lineThat = (is: (text: string) => boolean, what: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = lines.find(is);
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      void exit.then(() => reject(new Error(`ended without a line ${what}:\n${lines.join('\n')}`)));
      look();
    });
  return {
    process: child,
    lines,
    exit,
    line: (beginning) => lineThat((line) => line.startsWith(beginning), `that begins "${beginning}"`),
    lineWith: (text) => lineThat((line) => line.includes(text), `with "${text}"`),
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(await fastFolder(), 'jobwatch-start-'));
  await chmod(folder, 0o755); // root's PostgreSQL runs as another user
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export const urlIn = (line: string) => /http:\/\/\S+/.exec(line)?.[0] ?? '';

/** Every process below one, by the system's own list. */
export async function descendants(pid: number): Promise<number[]> {
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
