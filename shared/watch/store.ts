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
  migrated: Promise<void> | undefined;
  usedMs: number;
}

/** @param now wall time in unix milliseconds: how long the connection has been idle, nothing else */
export function openStore(url: string, now: () => number): Store {
  let current: Connection | undefined;
  let migrated = false;

  function connection(): Connection {
    if (current && now() - current.usedMs > MAX_IDLE_MS) drop(current);
    current ??= { client: connect(url), migrated: undefined, usedMs: now() };
    current.usedMs = now();
    return current;
  }

  function drop(broken: Connection): void {
    if (current === broken) current = undefined;
    broken.client.end({ timeout: 0 }).catch(() => undefined);
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
      if (unavailable) drop(used);
      throw unavailable ?? error;
    } finally {
      clearTimeout(timer);
      used.usedMs = now();
    }
  }

  return {
    async transaction(work, limitMs) {
      const used = connection();
      if (!migrated) {
        used.migrated ??= begin(used.client, MIGRATION_TIMEOUT_MS, migrate);
        await within(used, limitMs ?? MIGRATION_TIMEOUT_MS, used.migrated);
        migrated = true;
      }
      return await within(
        used,
        limitMs ?? TRANSACTION_TIMEOUT_MS,
        begin(used.client, STATEMENT_TIMEOUT_MS, work),
      );
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

/** SET LOCAL travels with the first statement of `work`: it costs no round trip of its own. */
function begin<T>(client: postgres.Sql, statementMs: number, work: (sql: Sql) => Promise<T>): Promise<T> {
  return client.begin(async (sql) => {
    const limited = sql.unsafe(`set local statement_timeout = ${statementMs}`).execute();
    const [done] = await Promise.all([work(sql), limited]);
    return done;
  }) as Promise<T>;
}
