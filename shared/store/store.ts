import type { Connection, Sql } from './connection.ts';
import { buildIndex, migrate } from './schema/migrate.ts';
import { StoreUnavailable } from './store-unavailable.ts';

export type { Fragment, Sql } from './connection.ts';

/** The database, reached by one connection per instance. */
export interface Store {
  /**
   * Runs `work` in one transaction, whose statements take at most 2 s each; the first use applies the migrations. It
   * stays when a statement took too long, of which the same is thrown.
   *
   * @throws StoreUnavailable when the database does not answer, or not within `limitMs`, ten seconds at most: then the
   * connection is dropped
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, limitMs?: number): Promise<T>;
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 2000;
const TRANSACTION_TIMEOUT_MS = 10_000;
const MIGRATION_TIMEOUT_MS = 60_000;
/** A thawed instance must not trust its socket: the server, or a firewall, may have closed it while time stood still. */
const MAX_IDLE_MS = 30_000;
/** Plans that a connection keeps were made for tables of another size: it is opened anew, and they are made anew. */
const MAX_AGE_MS = 60_000;

interface Use {
  readonly connection: Connection;
  migrating: Promise<void> | undefined;
  /** by `uptime` */
  readonly openedMs: number;
  atMs: number;
  /** transactions under way */
  busy: number;
}

/**
 * @param now wall time in unix milliseconds: how long the connection has been idle, nothing else
 * @param uptime milliseconds since any moment: how old the connection is
 */
export function openStore(url: string, now: () => number, uptime = () => performance.now()): Store {
  let current: Use | undefined;
  let migrated = false;

  async function use(): Promise<Use> {
    // The driver is loaded when it is first needed: a question to CI alone starts without.
    const { openConnection } = await import('./connection.ts');
    const nowMs = now();
    if (current && (current.connection.closed || nowMs - current.atMs > MAX_IDLE_MS)) await drop(current);
    else if (current?.busy === 0 && uptime() - current.openedMs > MAX_AGE_MS) await drop(current);
    current ??= {
      connection: openConnection(url, MAX_IDLE_MS),
      migrating: undefined,
      openedMs: uptime(),
      atMs: nowMs,
      busy: 0,
    };
    current.atMs = nowMs;
    // Before anybody else may ask whether it is in use.
    current.busy += 1;
    return current;
  }

  /** Awaited before the handler returns: a frozen process would keep the locks of what it left under way. */
  async function drop(broken: Use): Promise<void> {
    if (current === broken) current = undefined;
    await broken.connection.drop();
  }

  async function migrateWith(connection: Connection): Promise<void> {
    for (;;) {
      const index = await connection.transaction(MIGRATION_TIMEOUT_MS, migrate);
      if (index === undefined) return;
      await connection.alone(buildIndex(index));
    }
  }

  /** A migration that failed is tried again by the next transaction. */
  function migrateOnce(used: Use): Promise<void> {
    used.migrating ??= migrateWith(used.connection).then(
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

  async function within<T>(used: Use, limitMs: number, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new StoreUnavailable(`no answer within ${limitMs} ms`, { whileCommitting: true })),
        limitMs,
      );
    });
    try {
      return await Promise.race([work, timeUp]);
    } catch (error) {
      const unavailable = StoreUnavailable.from(error);
      if (unavailable && !unavailable.isStatementTimeout) await drop(used);
      throw unavailable ?? error;
    } finally {
      clearTimeout(timer);
      used.busy -= 1;
      used.atMs = now();
    }
  }

  return {
    async transaction(work, limitMs) {
      const used = await use();
      const run = async () => {
        if (!migrated) await migrateOnce(used);
        return await used.connection.transaction(STATEMENT_TIMEOUT_MS, work);
      };
      const longestMs = migrated ? TRANSACTION_TIMEOUT_MS : MIGRATION_TIMEOUT_MS;
      return await within(used, Math.min(limitMs ?? longestMs, longestMs), run());
    },
    async close() {
      const closing = current;
      current = undefined;
      await closing?.connection.close();
    },
  };
}
