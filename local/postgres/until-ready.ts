import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { errorCode } from '../../shared/ci/error-code.ts';
import type { Postmaster } from './run-postmaster.ts';
import { DATABASE } from './server-settings.ts';

/** How long a start may take, recovery after a kill included. */
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
const CONNECT_TIMEOUT_S = 5;

/**
 * Waits until the server answers, and creates our database unless it is there.
 *
 * @param url of a database that is always there
 * @returns why the server ended instead; undefined when it answers
 */
export async function untilReady(postmaster: Postmaster, url: string): Promise<string | undefined> {
  let reason: string | undefined;
  const ended = postmaster.ended.then((line) => {
    reason = line;
  });
  const giveUpAt = Date.now() + READY_TIMEOUT_MS;
  while (reason === undefined) {
    const unready = await ensureDatabase(url);
    if (unready === undefined) return undefined;
    if (Date.now() > giveUpAt) throw unready;
    await Promise.race([ended, delay(POLL_MS)]);
  }
  return reason;
}

/** @returns why the server takes no connection yet; undefined when the database is there */
async function ensureDatabase(url: string): Promise<unknown> {
  const sql = postgres(url, { max: 1, connect_timeout: CONNECT_TIMEOUT_S, onnotice: () => undefined });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${DATABASE}`;
    if (found === undefined) await sql`create database ${sql(DATABASE)}`;
    return undefined;
  } catch (error) {
    if (isNotReady(error)) return error;
    throw error;
  } finally {
    await sql.end({ timeout: 0 });
  }
}

/** Nobody listens yet or any more, or `cannot_connect_now`: the server starts up. */
const NOT_READY: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  '57P03',
]);

function isNotReady(error: unknown): boolean {
  return NOT_READY.has(errorCode(error));
}
