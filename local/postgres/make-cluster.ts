import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { access, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { StartError } from '../start-error.ts';
import { programEnvironment, ROLE } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

/**
 * Makes the cluster and the file that keeps its password, unless they are there. It grows aside and is then renamed,
 * so that whatever has the cluster's name is whole.
 */
export async function makeCluster(options: {
  initdb: string;
  cluster: string;
  passwordFile: string;
  user: ServerUser;
}): Promise<void> {
  const { initdb, cluster, passwordFile, user } = options;
  const isMade = await access(cluster).then(
    () => true,
    () => false,
  );
  if (isMade) return;

  const aside = `${cluster}.${randomUUID()}.new`;
  const newCluster = path.join(aside, 'cluster');
  const newPassword = path.join(aside, 'password');
  await mkdir(aside, { mode: 0o700 });
  // Flushed, as initdb does with its own: a power cut must not keep the one without the other.
  await writeFile(newPassword, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
  if (user !== undefined) {
    await chown(newPassword, user.uid, user.gid);
    await chown(aside, user.uid, user.gid);
  }
  const args = ['--pgdata', newCluster, '--username', ROLE, '--pwfile', newPassword];
  args.push('--auth', 'scram-sha-256', '--locale', 'C', '--encoding', 'UTF8', '--no-instructions');
  try {
    await run(initdb, args, { ...identity(user), env: programEnvironment(), cwd: path.dirname(cluster) });
  } catch (error) {
    throw new StartError(`PostgreSQL's initdb could not make ${cluster}: ${reason(error)}`);
  }
  // A cluster is never there without its password; a password without its cluster is made anew.
  await rename(newPassword, passwordFile);
  await rename(newCluster, cluster);
  await rm(aside, { recursive: true });
}

function identity(user: ServerUser): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid };
}

/** The programs tell on stderr, as `program: error: what`, what went wrong. */
function reason(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const line = stderr.split('\n').find((text) => text.includes('error')) ?? String(error);
  return line.includes('shared libraries')
    ? `${line}: run npm rebuild, its install script did not run`
    : line;
}
