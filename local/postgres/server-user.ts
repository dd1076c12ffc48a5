import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { StartError } from '../start-error.ts';

const run = promisify(execFile);

const NAME = 'postgres';

/** Whom PostgreSQL runs as; `undefined` is whoever we are. */
export type ServerUser = { uid: number; gid: number; name: string } | undefined;

/**
 * PostgreSQL refuses root. As root it runs as whoever owns the cluster already, else as user `postgres`, which is
 * created when it is missing.
 *
 * @throws StartError when there is no such user, or when the cluster belongs to somebody we cannot become
 */
export async function serverUser(cluster: string): Promise<ServerUser> {
  const ourselves = process.getuid?.();
  const owner = await stat(cluster).catch(() => undefined);
  if (ourselves !== 0) {
    if (owner === undefined || ourselves === undefined || owner.uid === ourselves) return undefined;
    throw new StartError(
      `${cluster} belongs to user id ${owner.uid}, and PostgreSQL runs on a folder of its own user only: start as that user or as root, or set another DATA_DIR`,
    );
  }
  if (owner === undefined) return (await findUser()) ?? (await createUser());
  if (owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `of id ${owner.uid}` };
  throw new StartError(
    `${cluster} belongs to root, whom PostgreSQL refuses: give it to its former user (chown -R), or set another DATA_DIR`,
  );
}

async function findUser(): Promise<ServerUser> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', NAME]), run('id', ['-g', NAME])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout), name: NAME };
  } catch {
    return undefined;
  }
}

async function createUser(): Promise<ServerUser> {
  try {
    await run('groupadd', ['--system', '--force', NAME]);
    await run('useradd', ['--system', '--gid', NAME, '--no-create-home', '--shell', '/bin/false', NAME]);
    const user = await findUser();
    if (user !== undefined) return user;
  } catch {
    // The sentence below says what is missing, whichever step failed.
  }
  throw new StartError(
    `PostgreSQL refuses to run as root, and the user ${NAME} is missing and could not be created: add a user ${NAME}, start as an ordinary user, or set DATABASE_URL`,
  );
}
