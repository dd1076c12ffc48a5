import type { Sql } from '../connection.ts';
import type { LargeIndex } from './large-index.ts';
import { readMigrations, SCHEMA_VERSION } from './migrations.ts';

/** Any number will do as long as nothing else in the database takes the same. */
const LOCK = 5_620_923;
/** Whoever builds an index for longer has died. */
const BUILD_SECONDS = 600;

/**
 * Brings the schema up to date. Several instances may try at once: one does, the others wait for it. Resolves with the
 * index at which it stopped, since that is to be built outside of a transaction, or undefined when all is done.
 */
export async function migrate(sql: Sql): Promise<LargeIndex | undefined> {
  // At transaction level: a lock of the session would be left behind in a pooler's connection.
  await sql`select pg_advisory_xact_lock(${LOCK})`;
  await sql`create table if not exists schema_migrations (version integer primary key, applied_at timestamptz not null)`;
  const [{ version = 0 } = {}] = await sql<{ version: number }[]>`
    select coalesce(max(version), 0) as version from schema_migrations`;
  if (version >= SCHEMA_VERSION) return undefined;
  for (const [index, migration] of readMigrations().entries()) {
    if (index < version) continue;
    if (typeof migration === 'string') {
      await sql.unsafe(migration);
    } else {
      const state = await stateOf(sql, migration);
      if (state === 'missing') return migration;
      // Queries do without it until then; whoever starts later goes on from here.
      if (state === 'building') return undefined;
    }
    await sql`insert into schema_migrations values (${index + 1}, clock_timestamp())`;
  }
  return undefined;
}

/**
 * Whether an index is there and may be used, is being built by somebody else, or is to be built now: two that build at
 * once would wait for each other for ever. One whose builder died is removed, and is built anew.
 */
async function stateOf(sql: Sql, { name, query }: LargeIndex): Promise<'built' | 'building' | 'missing'> {
  const [found] = await sql<{ valid: boolean }[]>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`;
  if (found?.valid) {
    await sql.unsafe(`comment on index ${name} is '${query}'`);
    return 'built';
  }
  const mine = await sql`
    insert into index_builds as b (name, until)
    values (${name}, jobwatch_now() + ${BUILD_SECONDS} * interval '1 second')
    on conflict (name) do update set until = excluded.until where b.until < jobwatch_now()
    returning 1`;
  if (mine.length === 0) return 'building';
  if (found) await sql.unsafe(`drop index ${name}`);
  return 'missing';
}

/** The statement that builds an index: it must run by itself. */
export function buildIndex({ name, definition }: LargeIndex): string {
  return `create index concurrently if not exists ${name} ${definition}`;
}
