import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../shared/ci/error-code.ts';
import { freePort } from '../free-port.ts';
import { StartError } from '../start-error.ts';
import { prepareCluster } from './prepare-cluster.ts';
import { type Postmaster, runPostmaster } from './run-postmaster.ts';
import { DATABASE, postmasterArguments, ROLE } from './server-settings.ts';
import { stopPostmaster } from './stop-postmaster.ts';
import { untilReady } from './until-ready.ts';

/** How long a start is tried again. */
const START_TIMEOUT_MS = 15_000;
const RETRY_MS = 50;
/** Backends of a killed postmaster still hold the shared memory, or somebody took the port that was free just now. */
const TRANSIENT_FAILURE = /pre-existing shared memory block|could not create any TCP\/IP sockets/;

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
  const { folder, password, logFile, user, program } = await prepareCluster(options.dataDir);
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  for (let attempt = 1; ; attempt++) {
    const port = await portFor(options.port ?? 0);
    const args = postmasterArguments(folder, port, flags);
    const postmaster = await runPostmaster({ program, args, logFile, user });
    const server = `postgres://${ROLE}:${password}@127.0.0.1:${port}`;
    const failure = await readyOrStopped(postmaster, `${server}/postgres`, folder);
    if (failure === undefined) return supervise(postmaster, port, `${server}/${DATABASE}`, log);
    if (!TRANSIENT_FAILURE.test(failure) || Date.now() > giveUpAt) {
      throw new StartError(`PostgreSQL did not start on ${folder}: ${failure}; ${logFile} tells more`);
    }
    if (attempt === 1) log(`PostgreSQL is tried again: ${failure}`);
    await delay(RETRY_MS);
  }
}

async function portFor(wanted: number): Promise<number> {
  try {
    return await freePort(wanted);
  } catch (error) {
    throw new StartError(
      `PostgreSQL cannot listen on port ${wanted} of 127.0.0.1 (${errorCode(error)}): stop what listens there, or choose another port`,
    );
  }
}

/** @returns why the server ended; undefined when it answers. No server stays behind an error. */
async function readyOrStopped(
  postmaster: Postmaster,
  url: string,
  folder: string,
): Promise<string | undefined> {
  try {
    return await untilReady(postmaster, url);
  } catch (error) {
    await stopPostmaster(postmaster);
    const message = error instanceof Error ? error.message : String(error);
    throw new StartError(`PostgreSQL runs on ${folder} and yet cannot be used: ${message}`);
  }
}

function supervise(
  postmaster: Postmaster,
  port: number,
  url: string,
  log: (line: string) => void,
): PostgresServer {
  let closing: Promise<void> | undefined;
  void postmaster.ended.then((lastLine) => {
    if (closing === undefined) log(`PostgreSQL has ended by itself, with: ${lastLine}`);
  });
  return {
    url,
    port,
    pid: postmaster.pid,
    close: () => {
      closing ??= stopPostmaster(postmaster);
      return closing;
    },
    kill: () => void postmaster.process.kill('SIGKILL'),
  };
}
