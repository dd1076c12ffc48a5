import { errorCode } from '../ci/error-code.ts';
/** The database did not answer, or would not: the same work may succeed later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** The connection was lost, or given up, while a transaction may have been committed: nobody knows whether it was. */
  readonly whileCommitting: boolean;
  /** The database said itself that a statement took too long: its connection is sound. */
  readonly isStatementTimeout: boolean;

  constructor(
    message: string,
    { whileCommitting = false, cause }: { whileCommitting?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.whileCommitting = whileCommitting;
    this.isStatementTimeout = errorCode(cause) === QUERY_CANCELED;
  }

  /** Tells an error of the connection from one of the statement; undefined for the latter. */
  static from(error: unknown): StoreUnavailable | undefined {
    if (error instanceof StoreUnavailable) return error;
    const code = errorCode(error) ?? '';
    if (!CONNECTION_CODES.has(code) && !CONNECTION_CLASSES.test(code)) return undefined;
    return new StoreUnavailable(`the store does not answer (${code})`, { cause: error });
  }
}

/** SQLSTATE of a statement that statement_timeout has ended. */
const QUERY_CANCELED = '57014';

/** As Node and postgres.js name them. */
const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * SQLSTATE: connection exceptions, a refused login or database, insufficient resources, operator intervention (a
 * timeout or shutdown), and a transaction that was left alone for too long.
 */
const CONNECTION_CLASSES = /^(08|28|3D|53|57|25P03)/;
