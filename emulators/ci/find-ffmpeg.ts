import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const VERSION_TIMEOUT_MS = 15_000;

/** Path of an ffmpeg that runs: the one on PATH, else the one npm carried. Throws one sentence when neither runs. */
export async function findFfmpeg(): Promise<string> {
  if (await runs('ffmpeg')) return 'ffmpeg';
  const carried = carriedFfmpeg();
  if (carried !== undefined) {
    if (await runs(carried)) return carried;
    await chmod(carried, 0o755).catch(() => undefined);
    if (await runs(carried)) return carried;
  }
  throw new Error(
    'No ffmpeg runs here: put one on PATH, or run `npm ci` again to get the one that npm carries.',
  );
}

async function runs(path: string): Promise<boolean> {
  return run(path, ['-version'], { timeout: VERSION_TIMEOUT_MS }).then(
    () => true,
    () => false,
  );
}

/** The installer package throws at require when it has no binary for this platform. */
function carriedFfmpeg(): string | undefined {
  try {
    const installer: unknown = require('@ffmpeg-installer/ffmpeg');
    if (typeof installer !== 'object' || installer === null || !('path' in installer)) return undefined;
    return typeof installer.path === 'string' ? installer.path : undefined;
  } catch {
    return undefined;
  }
}
