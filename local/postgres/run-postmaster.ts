import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../shared/ci/error-code.ts';
import { StartError } from '../start-error.ts';
import { programEnvironment } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';

/** A log that has grown beyond this starts afresh with the server. */
const LOG_MAX_BYTES = 10 * 1024 * 1024;
/** How much of the end of the log is searched for why the server ended. */
const LOG_TAIL_BYTES = 4096;

export interface Postmaster {
  process: ChildProcess;
  pid: number;
  /** Settles when it has ended, with what it last said. */
  ended: Promise<string>;
}

/**
 * Spawns `postgres`, in a session of its own: a Ctrl-C in the terminal goes to all of its foreground processes, and
 * the server must outlive the functions that use it. It writes to the log itself, which needs no pipe to us.
 */
export async function runPostmaster(options: {
  program: string;
  args: string[];
  logFile: string;
  user: ServerUser;
}): Promise<Postmaster> {
  const { program, args, logFile, user } = options;
  const log = await openLog(logFile, user);
  try {
    const { size } = await log.stat();
    const child = spawn(program, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: programEnvironment(),
      cwd: path.dirname(logFile),
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    await once(child, 'spawn').catch((error: unknown) => {
      throw new StartError(
        `${program} cannot be run (${errorCode(error)}): run npm install again, or set DATABASE_URL`,
      );
    });
    if (child.pid === undefined) throw new Error('Expected a spawned process to have an id');
    // For an exit that nobody saw coming: a fast shutdown needs nobody to wait for it.
    const stop = () => child.kill('SIGINT');
    process.once('exit', stop);
    const ended = once(child, 'exit').then(() => {
      process.removeListener('exit', stop);
      return lastLogLine(logFile, size).catch(() => 'its log is gone');
    });
    return { process: child, pid: child.pid, ended };
  } finally {
    await log.close();
  }
}

async function openLog(logFile: string, user: ServerUser): Promise<FileHandle> {
  const old = await stat(logFile).catch(() => undefined);
  const log = await open(logFile, old !== undefined && old.size > LOG_MAX_BYTES ? 'w' : 'a', 0o600);
  if (user !== undefined) await log.chown(user.uid, user.gid);
  return log;
}

/** What ends a server, without the time before it; connections that came too early are told a FATAL of their own. */
const END = /(FATAL|PANIC): (?!.*starting up).*/;

/** Of what was written since `from`: why it ended, else the last line. */
async function lastLogLine(logFile: string, from: number): Promise<string> {
  const log = await open(logFile, 'r');
  try {
    const { size } = await log.stat();
    const start = Math.max(from, size - LOG_TAIL_BYTES);
    const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(LOG_TAIL_BYTES), position: start });
    const lines = buffer.toString('utf8', 0, bytesRead).trim().split('\n');
    return lines.flatMap((line) => END.exec(line)?.[0] ?? []).at(-1) ?? lines.at(-1) ?? '';
  } finally {
    await log.close();
  }
}
