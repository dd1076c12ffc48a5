import type { Sql } from '../store.ts';
import { watches } from './0001-watches.ts';
import { automation } from './0002-automation.ts';
import { deliveries } from './0003-deliveries.ts';
import { submissions } from './0004-submissions.ts';
import { clocks } from './0005-clocks.ts';
import { positions } from './0006-positions.ts';

/**
 * In order, each applied once. A migration must leave the previous release running: it adds, and what it makes
 * superfluous is removed one release later.
 */
const MIGRATIONS: readonly string[] = [watches, automation, deliveries, submissions, clocks, positions];

/** Any number will do as long as nothing else in the database takes the same. */
const LOCK = 5_620_923;

/** Brings the schema up to date. Several instances may try at once: one does, the others wait for it. */
export async function migrate(sql: Sql): Promise<void> {
  // At transaction level: a lock of the session would be left behind in a pooler's connection.
  await sql`select pg_advisory_xact_lock(${LOCK})`;
  await sql`create table if not exists schema_migrations (version integer primary key, applied_at timestamptz not null)`;
  const [{ version = 0 } = {}] = await sql<{ version: number }[]>`
    select coalesce(max(version), 0) as version from schema_migrations`;
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    await sql.unsafe(migration);
    await sql`insert into schema_migrations values (${index + 1}, clock_timestamp())`;
  }
}

/** The version that this release brings a database to. */
export const SCHEMA_VERSION = MIGRATIONS.length;
