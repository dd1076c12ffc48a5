import { mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '../start-error.ts';
import { closedFolder } from './closed-folder.ts';
import { freePort } from './free-port.ts';
import { makeCluster } from './make-cluster.ts';
import { findPrograms } from './programs.ts';
import { type Postmaster, runPostmaster } from './run-postmaster.ts';
import { DATABASE, postmasterArguments, ROLE } from './server-settings.ts';
import { type ServerUser, serverUser } from './server-user.ts';
import { stopPostmaster } from './stop-postmaster.ts';
import { stopPredecessor } from './stop-predecessor.ts';
import { untilReady } from './until-ready.ts';

/** How long a start waits for what passes, such as a killed predecessor's backends that still run. */
const PATIENCE_MS = 15_000;
const RETRY_MS = 20;

export interface PostgresServer {
  /** `postgres://user:password@127.0.0.1:port/jobwatch` */
  url: string;
  port: number;
  /** Of the postmaster. */
  pid: number;
  /** Ends all connections and the server; what was acknowledged is kept. Resolves when it has ended. */
  close(): Promise<void>;
  /** SIGKILL to the postmaster. */
  kill(): void;
}

export interface PostgresOptions {
  /** The cluster lies in `<dataDir>/postgres`, its password and its log beside it. The caller holds its lock. */
  dataDir: string;
  /** On 127.0.0.1; any free one by default. */
  port?: number;
  /** Further arguments of `postgres`, which override ours. */
  flags?: string[];
  /** Gets a line about what takes long or goes wrong. */
  log?: (line: string) => void;
}

/**
 * Starts a PostgreSQL of our own, on a cluster that is made at the first start. It runs until `close`, or until this
 * process exits.
 *
 * @throws StartError naming the folder or port and what to do
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { flags = [], log = () => undefined } = options;
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const cluster = path.join(dataDir, 'postgres');
  const passwordFile = `${cluster}.password`;
  const logFile = `${cluster}.log`;

  const user = await serverUser(cluster);
  await refuseClosedFolder(user, dataDir);
  await removeHalfMade(dataDir);
  const { initdb, postgres } = await findPrograms(dataDir, user);
  await makeCluster({ initdb, cluster, passwordFile, user });
  const password = await readPassword(passwordFile, cluster);
  await stopPredecessor(cluster);

  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(options.port ?? 0);
    const args = postmasterArguments(cluster, port, flags);
    const postmaster = await runPostmaster({ program: postgres, args, logFile, user });
    const server = `postgres://${ROLE}:${password}@127.0.0.1:${port}`;
    const failure = await readyOrStopped(postmaster, `${server}/postgres`);
    if (failure === undefined)
      return watched({ postmaster, port, url: `${server}/${DATABASE}`, logFile, log });
    if (!PASSES.test(failure) || Date.now() > giveUpAt) {
      throw new StartError(`PostgreSQL did not start on ${cluster}: ${failure}; ${logFile} tells more`);
    }
    if (attempt === 1) log(`PostgreSQL is tried again: ${failure}`);
    await delay(RETRY_MS);
  }
}

/** Backends of a killed postmaster still hold the shared memory, or somebody took the port that was free just now. */
const PASSES = /pre-existing shared memory block|could not create any TCP\/IP sockets/;

async function refuseClosedFolder(user: ServerUser, dataDir: string): Promise<void> {
  const closed = await closedFolder(user, dataDir);
  if (user === undefined || closed === undefined) return;
  throw new StartError(
    `PostgreSQL refuses root and runs as user ${user.name}, who may not enter ${closed}: set DATA_DIR to a folder that this user can reach, or DATABASE_URL to a PostgreSQL of your own`,
  );
}

/** What a start that was killed has left, while it made the cluster or copied the programs. */
async function removeHalfMade(dataDir: string): Promise<void> {
  const leftovers = (await readdir(dataDir)).filter((name) =>
    /^postgres(-programs)?\.[\w-]+\.new$/.test(name),
  );
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

/** @returns why the server ended; undefined when it answers. No server stays behind an error. */
async function readyOrStopped(postmaster: Postmaster, url: string): Promise<string | undefined> {
  try {
    return await untilReady(postmaster, url);
  } catch (error) {
    await stopPostmaster(postmaster);
    throw error;
  }
}

function watched(running: {
  postmaster: Postmaster;
  port: number;
  url: string;
  logFile: string;
  log: (line: string) => void;
}): PostgresServer {
  const { postmaster, port, url, logFile, log } = running;
  let closing: Promise<void> | undefined;
  // For an exit that nobody saw coming: a fast shutdown needs nobody to wait for it.
  const atExit = () => postmaster.process.kill('SIGINT');
  process.once('exit', atExit);
  void postmaster.ended.then((lastWords) => {
    process.removeListener('exit', atExit);
    if (closing === undefined) log(`PostgreSQL has ended by itself: ${lastWords}; ${logFile} tells more`);
  });
  return {
    url,
    port,
    pid: postmaster.pid,
    close: () => (closing ??= stopPostmaster(postmaster)),
    kill: () => void postmaster.process.kill('SIGKILL'),
  };
}
