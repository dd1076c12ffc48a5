import pLimit from 'p-limit';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Sql, Store } from '../store/store.ts';
import type { Endpoint } from './read-webhooks.ts';
import { DELIVERY_TIMEOUT_MS, type WebhookSender } from './webhook/post-webhook.ts';

/** Kept back from the deadline to record how the last attempts went. */
const RECORD_MS = 3000;

/** What one run works with. */
export interface DeliverParts {
  readonly store: Store;
  readonly sender: WebhookSender;
  readonly endpoints: readonly Endpoint[];
  readonly clock: Clock;
  readonly log: Log;
  /** unix milliseconds */
  readonly deadlineMs: number;
  /** what was due for so long and never tried is given up */
  readonly retentionDays: number;
}

export interface DeliverSummary {
  /** new events that were fanned out */
  events: number;
  delivered: number;
  /** attempts that are made again */
  retried: number;
  dead: number;
  /** endpoints that answered 410 */
  switchedOff: number;
}

/** What the parts of one run share. */
export interface DeliverRun extends DeliverParts {
  readonly summary: DeliverSummary;
  /**
   * One at a time, on the instance's one connection, and none beyond the deadline.
   * @param committed called before the next one begins
   */
  readonly transact: <T>(work: (sql: Sql) => Promise<T>, committed?: (result: T) => void) => Promise<T>;
  /** bodies that are held for attempts under way, in bytes */
  heldBytes: number;
}

export function beginDeliverRun(parts: DeliverParts): DeliverRun {
  const { store, clock, deadlineMs } = parts;
  // Its time begins with its turn: waiting for the other endpoints' is no fault of the database.
  const inTurn = pLimit(1);
  return {
    ...parts,
    summary: { events: 0, delivered: 0, retried: 0, dead: 0, switchedOff: 0 },
    transact: (work, committed) =>
      inTurn(async () => {
        const result = await store.transaction(work, Math.max(1, deadlineMs - clock.now()));
        committed?.(result);
        return result;
      }),
    heldBytes: 0,
  };
}

/** Whether an attempt that begins in so many milliseconds can end, and be recorded, before the deadline. */
export function hasTime({ clock, deadlineMs }: DeliverParts, inMs = 0): boolean {
  return clock.now() + inMs + DELIVERY_TIMEOUT_MS + RECORD_MS <= deadlineMs;
}
