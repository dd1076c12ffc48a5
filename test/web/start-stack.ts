import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface Stack {
  readonly url: string;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
}

/** What npm start runs, on any free ports, for a script that takes pictures of it. @param folder a clone of the repository */
export async function startStack(folder = process.cwd()): Promise<Stack> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-pictures-'));
  await chmod(dataDir, 0o755); // root's PostgreSQL runs as another user
  const stack = spawn(process.execPath, ['--import', 'tsx', 'local/start.ts'], {
    cwd: folder,
    env: { ...process.env, PORT: '0', CI_PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(stack, 'close');
  const stop = async () => {
    stack.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  const url = await new Promise<string | undefined>((resolve) => {
    // Read to the end: what nobody reads would fill the pipe.
    createInterface({ input: stack.stdout }).on('line', (line) => {
      const [, found] = /^ready {4}(\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => resolve(undefined));
  });
  if (url !== undefined) return { url, dataDir, stop };
  await stop();
  throw new Error('npm start ended before it was ready');
}
