import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../local/postgres/start-postgres.ts';
import { stopPredecessor } from '../../local/postgres/stop-predecessor.ts';
import { fastFolder } from './fast-folder.ts';
import { forAllProjects, type Shared } from './for-all-projects.ts';
import { makeTemplate } from './migrated-template.ts';
import { isAlive } from './process-state.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of one PostgreSQL that all test files share; take a database of your own with `startTestDatabase`. */
    postgresUrl: string;
  }
}

/** Nothing here has to outlive a power cut, and every worker of vitest wants connections. */
const FLAGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

/** Followed by the process id of the run. */
const PREFIX = 'jobwatch-postgres-run-';

/** vitest's globalSetup: one server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { value, release } = await forAllProjects('postgres', startServer);
  project.provide('postgresUrl', value);
  return release;
}

async function startServer(): Promise<Shared<string>> {
  const parent = await fastFolder();
  await removeKilledRuns(parent);
  const dataDir = await mkdtemp(path.join(parent, `${PREFIX}${process.pid}-`));
  // As root the server runs as another user, who must be let in.
  await chmod(dataDir, 0o755);
  const server = await startPostgres({ dataDir, flags: FLAGS.flatMap((setting) => ['-c', setting]) });
  await makeTemplate(server.url);
  const close = async () => {
    await server.close();
    await rm(dataDir, { recursive: true });
  };
  return { value: server.url, close };
}

/** A run that was killed could stop no server. */
async function removeKilledRuns(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX) || isAlive(Number.parseInt(name.slice(PREFIX.length), 10))) continue;
    const folder = path.join(parent, name);
    // Another run may be removing it as well, and others may have runs of their own here.
    const owner = await stat(folder).catch(() => undefined);
    if (owner?.uid !== process.getuid?.()) continue;
    await stopPredecessor(path.join(folder, 'postgres'));
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}
