import { mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../start-error.ts';
import { closedFolder } from './closed-folder.ts';
import { makeCluster } from './make-cluster.ts';
import { findPrograms } from './programs.ts';
import { type ServerUser, serverUser } from './server-user.ts';
import { stopPredecessor } from './stop-predecessor.ts';

export interface Cluster {
  /** Absolute, without symbolic links. */
  folder: string;
  logFile: string;
  password: string;
  /** Whom its server runs as. */
  user: ServerUser;
  /** The `postgres` program that this user can run. */
  program: string;
}

/**
 * Brings a data directory to where a server can be started on its cluster, whatever was killed there before.
 *
 * @throws StartError naming the folder and what to do
 */
export async function prepareCluster(givenDir: string): Promise<Cluster> {
  await mkdir(givenDir, { recursive: true });
  const dataDir = await realpath(givenDir);
  const folder = path.join(dataDir, 'postgres');
  const passwordFile = `${folder}.password`;

  const user = await serverUser(folder);
  await refuseClosedFolder(user, dataDir);
  await removeHalfMade(dataDir);
  const { initdb, postgres: program } = await findPrograms(dataDir, user);
  await makeCluster({ initdb, cluster: folder, passwordFile, user });
  const password = await readPassword(passwordFile, folder);
  await stopPredecessor(folder);
  return { folder, logFile: `${folder}.log`, password, user, program };
}

async function refuseClosedFolder(user: ServerUser, dataDir: string): Promise<void> {
  const closed = await closedFolder(user, dataDir);
  if (user === undefined || closed === undefined) return;
  throw new StartError(
    `PostgreSQL refuses root and runs as user ${user.name}, who may not enter ${closed}: set DATA_DIR to a folder that this user can reach, or DATABASE_URL to a PostgreSQL of your own`,
  );
}

/** What a start that was killed has left, while it made the cluster or copied the programs. */
async function removeHalfMade(dataDir: string): Promise<void> {
  const names = await readdir(dataDir);
  const leftovers = names.filter((name) => /^postgres(-programs)?\.[\w-]+\.new$/.test(name));
  // Its initdb may have outlived it, and still be writing.
  const options = { recursive: true, force: true, maxRetries: 10 };
  await Promise.all(leftovers.map((name) => rm(path.join(dataDir, name), options)));
}

async function readPassword(passwordFile: string, cluster: string): Promise<string> {
  try {
    return await readFile(passwordFile, 'utf8');
  } catch {
    throw new StartError(
      `${passwordFile} cannot be read, and without it nobody gets into ${cluster}: put it back, or move that folder away to begin with an empty one`,
    );
  }
}
