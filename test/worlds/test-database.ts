import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';
import { MIGRATED } from './migrated-template.ts';

export interface TestDatabase {
  url: string;
  /** Drops it, whoever is still connected. */
  close(): Promise<void>;
}

/** A fresh database on the server that all test files share: with its schema, and nothing in it. */
export function startTestDatabase(): Promise<TestDatabase> {
  return createDatabase((sql, name) => sql`create database ${sql(name)} template ${sql(MIGRATED)}`);
}

/** The same without a schema, for what is promised about migrations. */
export function startEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase((sql, name) => sql`create database ${sql(name)}`);
}

async function createDatabase(
  create: (sql: postgres.Sql, name: string) => Promise<unknown>,
): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, (sql) => create(sql, name));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    close: () => onServer(server, (sql) => sql`drop database ${sql(name)} with (force)`),
  };
}

async function onServer(url: string, run: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(url, { max: 1 });
  try {
    await run(sql);
  } finally {
    await sql.end();
  }
}
