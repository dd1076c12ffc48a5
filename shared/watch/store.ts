import postgres from 'postgres';
import { migrate } from './schema/migrate.ts';
import { StoreUnavailable } from './store-unavailable.ts';

export type Sql = postgres.TransactionSql;

/** The database, reached by one connection per instance. */
export interface Store {
  /**
   * Runs `work` in one transaction, whose statements take at most 2 s each; the first use applies the migrations.
   * Throws StoreUnavailable when the database does not answer, or not within `limitMs`: then the connection is dropped.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, limitMs?: number): Promise<T>;
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 2000;
const TRANSACTION_TIMEOUT_MS = 10_000;
const MIGRATION_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_SECONDS = 5;
/** A thawed instance must not trust its socket: the server, or a firewall, may have closed it while time stood still. */
const MAX_IDLE_MS = 30_000;

interface Connection {
  readonly client: postgres.Sql;
  migrating: Promise<void> | undefined;
  usedMs: number;
}

/** @param now wall time in unix milliseconds: how long the connection has been idle, nothing else */
export function openStore(url: string, now: () => number): Store {
  let current: Connection | undefined;
  let migrated = false;

  async function connection(): Promise<Connection> {
    if (current && now() - current.usedMs > MAX_IDLE_MS) await drop(current);
    current ??= { client: connect(url), migrating: undefined, usedMs: now() };
    current.usedMs = now();
    return current;
  }

  /** Closes the socket without waiting for the server, but before the handler returns: its locks must not be frozen. */
  async function drop(broken: Connection): Promise<void> {
    if (current === broken) current = undefined;
    await broken.client.end({ timeout: 0 }).catch(() => undefined);
  }

  /** A migration that failed is tried again by the next transaction. */
  function migrateOnce(used: Connection): Promise<void> {
    used.migrating ??= begin(used.client, MIGRATION_TIMEOUT_MS, migrate).then(
      () => {
        migrated = true;
      },
      (error: unknown) => {
        used.migrating = undefined;
        throw error;
      },
    );
    return used.migrating;
  }

  async function within<T>(used: Connection, limitMs: number, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoreUnavailable(`no answer within ${limitMs} ms`)), limitMs);
    });
    try {
      return await Promise.race([work, timeUp]);
    } catch (error) {
      const unavailable = StoreUnavailable.from(error);
      if (unavailable) await drop(used);
      throw unavailable ?? error;
    } finally {
      clearTimeout(timer);
      used.usedMs = now();
    }
  }

  return {
    async transaction(work, limitMs) {
      const used = await connection();
      const run = async () => {
        if (!migrated) await migrateOnce(used);
        return await begin(used.client, STATEMENT_TIMEOUT_MS, work);
      };
      return await within(used, limitMs ?? (migrated ? TRANSACTION_TIMEOUT_MS : MIGRATION_TIMEOUT_MS), run());
    },
    async close() {
      const closing = current;
      current = undefined;
      await closing?.client.end({ timeout: 1 });
    },
  };
}

function connect(url: string): postgres.Sql {
  return postgres(url, {
    max: 1,
    idle_timeout: MAX_IDLE_MS / 1000,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    // A transaction pooler gives each transaction another server connection: named statements would be lost.
    prepare: false,
    connection: { application_name: 'jobwatch' },
    onnotice: () => undefined,
  });
}

/**
 * SET LOCAL travels with the first statement of `work`: it costs no round trip of its own. The second limit is for a
 * process that vanished without closing its connection: the server would keep its locks for hours.
 */
function begin<T>(client: postgres.Sql, statementMs: number, work: (sql: Sql) => Promise<T>): Promise<T> {
  return client.begin(async (sql) => {
    const limited = sql
      .unsafe(
        `set local statement_timeout = ${statementMs};
         set local idle_in_transaction_session_timeout = ${TRANSACTION_TIMEOUT_MS}`,
      )
      .execute();
    const [done] = await Promise.all([work(sql), limited]);
    return done;
  }) as Promise<T>;
}
