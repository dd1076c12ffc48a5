import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { openConnection, type Sql } from '../../../shared/store/connection.ts';
import { SCHEMA_VERSION } from '../../../shared/store/schema/migrations.ts';
import { type Finding, fine, reasonOf, skipped, wrong } from '../finding.ts';

/** For one statement. */
const STATEMENT_MS = 5000;
/** Longer than the connection is ever idle here. */
const IDLE_MS = 1000;
/** The oldest that is supported, as `server_version_num` counts. */
const OLDEST_SERVER = 140_000;

/** The server has answered, if only to refuse. */
const SQLSTATE = /^\d[0-9A-Z]{4}$/;

/** By SQLSTATE or Node's code; others are told as they are. */
const REASONS: Readonly<Record<string, string>> = {
  '28000': 'the user or the password is refused',
  '28P01': 'the user or the password is refused',
  '3D000': 'there is no such database',
  '53300': 'it has no connection left',
  CONNECT_TIMEOUT: 'no answer',
};

export interface Database {
  readonly url: string;
  /** whether the functions reach it through a network that is closed to others */
  readonly inVpc: boolean;
}

/** Reads, and changes nothing: the functions bring the schema up to date at their first use. */
export async function databaseReady({ url, inVpc }: Database, signal: AbortSignal): Promise<Finding> {
  const { hostname, pathname } = new URL(url);
  const about = `database ${pathname.slice(1)} at ${hostname}`;
  const connection = openConnection(url, IDLE_MS);
  const drop = () => void connection.drop();
  signal.addEventListener('abort', drop);
  try {
    return findingOf(about, await connection.transaction(STATEMENT_MS, readDatabaseState));
  } catch (error) {
    const reason = reasonOf(error);
    if (inVpc && isPrivate(hostname) && !SQLSTATE.test(reason)) {
      return skipped(`${about}: only to be reached inside the VPC; describe's /healthz tells`);
    }
    return wrong(
      `${about}: ${REASONS[reason] ?? reason}`,
      'Check DATABASE_URL, and that the database lets this address in (security group 安全组).',
    );
  } finally {
    signal.removeEventListener('abort', drop);
    await connection.close();
  }
}

interface DatabaseState {
  server: number;
  version: number;
  mayCreate: boolean;
}

async function readDatabaseState(sql: Sql): Promise<DatabaseState> {
  const [about] = await sql<{ server: number; migrated: boolean; mayCreate: boolean }[]>`
    select current_setting('server_version_num')::int as server,
      to_regclass('schema_migrations') is not null as migrated,
      coalesce(has_schema_privilege(current_schema(), 'create'), false) as "mayCreate"`;
  if (about === undefined || !about.migrated) return { server: 0, mayCreate: false, ...about, version: 0 };
  const [{ version = 0 } = {}] = await sql<{ version: number }[]>`
    select coalesce(max(version), 0) as version from schema_migrations`;
  return { ...about, version };
}

function findingOf(about: string, { server, version, mayCreate }: DatabaseState): Finding {
  if (server < OLDEST_SERVER) {
    return wrong(`${about}: PostgreSQL ${Math.floor(server / 10_000)}`, 'Use PostgreSQL 14 or later.');
  }
  if (version === SCHEMA_VERSION) return fine(`${about}: reachable, schema ${version} of ${SCHEMA_VERSION}`);
  if (version > SCHEMA_VERSION) {
    return wrong(
      `${about}: schema ${version}, and this release knows ${SCHEMA_VERSION}`,
      'A newer release has used it: deploy that release, or one later.',
    );
  }
  if (mayCreate) {
    return fine(
      `${about}: reachable, schema ${version} of ${SCHEMA_VERSION}: the first function that runs does the rest`,
    );
  }
  return wrong(
    `${about}: schema ${version} of ${SCHEMA_VERSION}, and this user may not create tables`,
    'As the owner: GRANT CREATE ON SCHEMA public TO the user of DATABASE_URL.',
  );
}

function isPrivate(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) !== 0 && ipaddr.process(address).range() !== 'unicast';
}
