import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../shared/ci/error-code.ts';
import { StartError } from '../start-error.ts';

const run = promisify(execFile);

/** How long an orphan may take for each of a fast and an immediate shutdown. */
const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/**
 * Makes way on a cluster whose former owner was killed: a server that outlived it is stopped, and a lock file that
 * was left behind is removed. Only for who holds the data directory's lock.
 *
 * @throws StartError when the server does not stop
 */
export async function stopPredecessor(cluster: string): Promise<void> {
  const lockFile = path.join(cluster, 'postmaster.pid');
  const text = await readFile(lockFile, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const pid = Number.parseInt(text, 10);
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await isPostmasterOf(cluster, pid))) break;
    signalUnlessGone(pid, signal);
    await waitForEnd(cluster, pid);
  }
  if (await isPostmasterOf(cluster, pid)) {
    throw new StartError(`A PostgreSQL on ${cluster} does not stop: end process ${pid}, then start again`);
  }
  // PostgreSQL takes the file's word when the process id has gone to another process meanwhile, and refuses an empty
  // file. It needs neither: backends that still run show by the shared memory, which it finds by the folder's inode.
  await rm(lockFile, { force: true });
}

function signalUnlessGone(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

async function waitForEnd(cluster: string, pid: number): Promise<void> {
  const giveUpAt = Date.now() + STOP_TIMEOUT_MS;
  while (Date.now() < giveUpAt && (await isPostmasterOf(cluster, pid))) await delay(POLL_MS);
}

/** Whether the process lives and was started as `postgres … -D cluster`; a process id alone may be anybody's. */
async function isPostmasterOf(cluster: string, pid: number): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const command = await commandOf(pid).catch(() => '');
  return command.includes(`postgres -D ${cluster} `);
}

/** Empty for a process that has ended and that nobody has asked about yet. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
  }
  return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout;
}
