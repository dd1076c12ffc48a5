import type { CallOptions, ExchangeRecord } from '../ci/client/client-options.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

/** One run of a function. Nothing of it may outlive the run: the instance is used again. */
export interface Invocation {
  readonly requestId: string;
  /** where the function runs; '' when the platform does not tell */
  readonly region: string;
  /** unix milliseconds: what is not done by then is given up, so that an answer still leaves in time */
  readonly deadlineMs: number;
  readonly log: Log;
  /** the requests that CI got during this run */
  readonly exchanges: readonly ExchangeRecord[];
  /** what a call to CI needs to know of this run */
  readonly call: CallOptions;
  readonly getRemainingTimeInMillis: () => number;
}

/** Kept back from the platform's limit, to write the answer. */
const RESERVE_MS = 500;
/** The platform's own default, for a context that states no limit [doc]. */
const DEFAULT_TIME_LIMIT_MS = 3000;

/** Reads the platform's context, whose fields are all doubtful, and asks it not to wait for idle sockets. */
export function readInvocation(
  context: unknown,
  clock: Clock,
  logFor: (requestId: string) => Log,
): Invocation {
  const startedMs = clock.now();
  const fields: Record<string, unknown> =
    typeof context === 'object' && context !== null ? { ...context } : {};
  if (typeof context === 'object' && context !== null) {
    Object.assign(context, { callbackWaitsForEmptyEventLoop: false });
  }
  const requestId = textOf(fields['request_id']);
  const endMs = startedMs + remainingMs(context, fields);
  const exchanges: ExchangeRecord[] = [];
  const deadlineMs = endMs - RESERVE_MS;
  return {
    requestId,
    region: textOf(fields['tencentcloud_region']),
    deadlineMs,
    log: logFor(requestId),
    exchanges,
    call: { deadlineMs, onExchange: (record) => exchanges.push(record) },
    getRemainingTimeInMillis: () => endMs - clock.now(),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function remainingMs(context: unknown, fields: Readonly<Record<string, unknown>>): number {
  const ask = fields['getRemainingTimeInMillis'];
  // Called on the context itself: whether it needs its `this` is not documented.
  const remaining: unknown = typeof ask === 'function' ? ask.call(context) : fields['time_limit_in_ms'];
  return typeof remaining === 'number' && remaining > 0 ? remaining : DEFAULT_TIME_LIMIT_MS;
}
