import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../local/postgres/start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of one PostgreSQL that all test files share; take a database of your own with `startTestDatabase`. */
    postgresUrl: string;
  }
}

/** Nothing here has to outlive a power cut, and every worker of vitest wants connections. */
const FLAGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

/** vitest's globalSetup: one server for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-postgres-'));
  // As root the server runs as another user, who must be let in.
  await chmod(dataDir, 0o755);
  const server = await startPostgres({ dataDir, flags: FLAGS.flatMap((setting) => ['-c', setting]) });
  project.provide('postgresUrl', server.url);
  return async () => {
    await server.close();
    await rm(dataDir, { recursive: true });
  };
}
