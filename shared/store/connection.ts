import postgres from 'postgres';
import { errorCode } from '../ci/error-code.ts';
import { bindAtOnce } from './bind-at-once.ts';
import { isDriverQuery, refusedUnless, unprepared } from './prepared.ts';
import { StoreUnavailable } from './store-unavailable.ts';

export type Sql = postgres.ISql;
/** A part of a statement. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** One connection to the database, opened by its first transaction and never again. */
export interface Connection {
  /** Whoever closed it: it is of no more use. */
  readonly closed: boolean;
  /** Runs `work` in one transaction whose statements take at most `statementMs` each. */
  transaction<T>(statementMs: number, work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Runs one statement outside of any transaction, for as long as it takes. */
  alone(statement: string): Promise<void>;
  /** Lets what is under way end, for a second at most. */
  close(): Promise<void>;
  /** Closes the socket without waiting for anybody: what is under way fails. */
  drop(): Promise<void>;
}

const CONNECT_TIMEOUT_SECONDS = 5;
/** A process that vanished with its connection open holds its locks no longer than this. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/**
 * SQLSTATE of a plan that is lost: the server process does not know it, or what it reads has become something else. The
 * driver tries such a statement again, so that those behind it fail first, as parts of a transaction that has failed.
 */
const LOST_PLAN = new Set(['26000', '0A000', '25P02']);
/** False once a plan was lost: whatever a connection says then, another process may answer. */
let isEverDirect = true;

/** @param idleMs closed by itself after so long */
export function openConnection(url: string, idleMs: number): Connection {
  let closed = false;
  /** whether there is one server process behind it */
  let isAsked = false;
  /** Those who wait for an answer; no promise of the connection's own is raced: it would keep each answer as long as it lives. */
  const waiting = new Set<(reason: unknown) => void>();
  const client = postgres(url, {
    max: 1,
    idle_timeout: idleMs / 1000,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    // Until it is known that no pooler gives each transaction another server process: named statements would be lost.
    prepare: false,
    connection: { application_name: 'jobwatch' },
    onnotice: () => undefined,
    onclose: () => {
      closed = true;
      for (const refuse of waiting) refuse(new StoreUnavailable('the connection was closed'));
    },
  });
  bindAtOnce(client);
  const drop = () => client.end({ timeout: 0 }).catch(() => undefined);

  /** The driver's own `begin` waits for its answer first; here it travels with the first statement of `work`. */
  async function transaction<T>(statementMs: number, work: (sql: Sql) => Promise<T>): Promise<T> {
    // The driver would open another.
    refuseClosed();
    const reserved = await client.reserve();
    refuseClosed();
    let isOver = false;
    try {
      const begun = reserved
        .unsafe(
          `begin;
           set local statement_timeout = ${statementMs};
           set local idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
        )
        .execute();
      const asked = isAsked ? undefined : askWhoAnswers(reserved);
      const working = (async () => work(refusedOnce(reserved, () => isOver)))();
      const [done] = await orClosed(Promise.all([working, begun, asked]));
      isOver = true;
      refuseClosed();
      await commit(reserved);
      return done;
    } catch (error) {
      isOver = true;
      if (closed) await drop();
      else await orClosed(reserved.unsafe('rollback')).catch(() => undefined);
      if (!client.options.prepare || !LOST_PLAN.has(errorCode(error) ?? '')) throw error;
      isEverDirect = false;
      throw new StoreUnavailable('a plan that the connection kept was lost', { cause: error });
    } finally {
      if (!closed) reserved.release();
    }
  }

  /** A pooler makes up the process that it says a connection leads to. */
  async function askWhoAnswers(reserved: postgres.ReservedSql): Promise<void> {
    isAsked = true;
    const answer = await reserved<{ pid: number }[]>`select pg_backend_pid() as pid`;
    client.options.prepare = isEverDirect && answer[0]?.pid === answer.state.pid;
  }

  async function commit(reserved: postgres.ReservedSql): Promise<void> {
    const { command } = await orClosed(reserved.unsafe('commit')).catch((cause: unknown) => {
      throw new StoreUnavailable('it is not known whether the transaction was committed', {
        whileCommitting: true,
        cause,
      });
    });
    // A statement had failed, and `work` went on: this is all that PostgreSQL says of it.
    if (command !== 'COMMIT') throw new Error(`expected the transaction to be committed, got ${command}`);
  }

  /** What is handed to the driver between the error of a socket and its end is never answered. */
  function orClosed<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      waiting.add(reject);
      work.then(resolve, reject).finally(() => waiting.delete(reject));
    });
  }

  /**
   * postgres.js 3.4.9 writes to a socket that is gone, by a timer of its own, and the TypeError ends the process (its
   * issues 1154, 1208): nothing may be handed to it once the connection is closed. Nor once the transaction is over:
   * of work that does several things at once one may fail while another goes on, and its next statement would be
   * committed by itself.
   */
  function refusedOnce(sql: Sql, isOver: () => boolean): Sql {
    const refuse = () => {
      refuseClosed();
      if (isOver()) throw new Error('the transaction is over: no further statement belongs to it');
    };
    return new Proxy(sql, {
      apply: (target, self, given) => {
        refuse();
        const query: unknown = Reflect.apply(target, self, given);
        // What the tag makes of a name or a list of values is no query.
        if (!isDriverQuery(query)) return query;
        unprepared(query);
        // A query is handed over some turns after it was made.
        refusedUnless(query, refuse);
        return query;
      },
      get: (target, name) => {
        refuse();
        return Reflect.get(target, name);
      },
    });
  }

  function refuseClosed(): void {
    if (closed) throw new StoreUnavailable('the connection was closed');
  }

  return {
    get closed() {
      return closed;
    },
    transaction,
    async alone(statement) {
      await client.unsafe(statement);
    },
    close: () => client.end({ timeout: 1 }),
    drop,
  };
}
