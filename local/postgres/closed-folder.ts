import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from '../../shared/ci/error-code.ts';
import { StartError } from '../start-error.ts';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

/** Prints the first of its arguments that may not be entered, or, for a file, run. */
const FIRST_CLOSED = 'for each; do [ -x "$each" ] || { printf %s "$each"; exit; }; done';

/**
 * Which folder on the way to `target` (absolute), or `target` itself, keeps `user` out. The system is asked as that
 * user: the mode alone says nothing of access lists, and root may enter everything.
 *
 * @throws StartError when we may not become that user
 */
export async function closedFolder(user: ServerUser, target: string): Promise<string | undefined> {
  if (user === undefined) return undefined;
  const way = [target];
  for (let folder = path.dirname(target); folder !== way[0]; folder = path.dirname(folder))
    way.unshift(folder);
  const { uid, gid } = user;
  try {
    const { stdout } = await run('/bin/sh', ['-c', FIRST_CLOSED, 'sh', ...way], { uid, gid, cwd: '/' });
    return stdout === '' ? undefined : stdout;
  } catch (error) {
    throw new StartError(
      `PostgreSQL refuses root, and this process may run nothing as user ${user.name} (${errorCode(error) ?? String(error)}): start as an ordinary user, or set DATABASE_URL`,
    );
  }
}
