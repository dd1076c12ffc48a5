import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, onTestFinished } from 'vitest';
import {
  type PostgresOptions,
  type PostgresServer,
  startPostgres,
} from '../../../local/postgres/start-postgres.ts';
import { fastFolder } from '../../worlds/fast-folder.ts';

/** As root, the server runs as another user. */
export const isRoot = process.getuid?.() === 0;

/** A folder of this test that everybody may enter. */
export async function openFolder(): Promise<string> {
  const folder = await makeOpenFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** The same, in which a server has been started and closed before: a copy, made far faster than a cluster. */
export async function usedFolder(): Promise<string> {
  const folder = await openFolder();
  model ??= makeModel();
  await promisify(execFile)('cp', ['-a', `${await model}/.`, folder]);
  return folder;
}

let model: Promise<string> | undefined;
afterAll(async () => model && removeFolder(await model));

async function makeModel(): Promise<string> {
  const folder = await makeOpenFolder();
  const { close } = await startPostgres({ dataDir: folder });
  await close();
  return folder;
}

/** Kept until `removeFolder`. */
export async function makeOpenFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(await fastFolder(), 'jobwatch postgres test '));
  await chmod(folder, 0o755);
  return folder;
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, maxRetries: 10 });
}

/** A server that ends with this test. */
export async function ownPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const server = await startPostgres(options);
  onTestFinished(server.close);
  return server;
}

/** One connection that ends with this test, whatever becomes of its server. */
export function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 0 }));
  return sql;
}
