import type { BatchSize } from '../store/in-batches.ts';
import type { Sql } from '../store/store.ts';
import { type ClaimedDelivery, claimDeliveries } from './claim-deliveries.ts';
import { type DeliverRun, hasTime } from './deliver-run.ts';
import type { EndedAttempt, EndpointAttempts } from './endpoint-attempts.ts';
import { type EndpointTurn, takeEndpointTurn } from './endpoint-turn.ts';
import type { Endpoint } from './read-webhooks.ts';
import { type RecordedDelivery, recordAttempts } from './record-attempts.ts';

/** After the store failed. */
const STORE_PAUSE_MS = 500;
/** Bodies under way at all endpoints together. Beyond it an endpoint has one attempt under way at a time. */
const MAX_HELD_BYTES = 8 * 1024 * 1024;
/** Deliveries that one endpoint has under way at once, of all instances together. */
export const CONCURRENCY_PER_ENDPOINT = 8;

/**
 * Claimed ahead by whoever serves an endpoint alone, what is under way included: then a seat that becomes free is taken at
 * once, and one transaction is for many.
 */
export const MAX_AHEAD = 64;
/** The same for all endpoints of a run together: events are held in memory. */
const MAX_AHEAD_OF_ALL = 128;
/** So many bytes of events are claimed ahead at one endpoint, as large as the largest of the claim before. */
const MAX_AHEAD_BYTES = 1024 * 1024;
/** So many more rows are tried after a step that was full, and in time. */
const ROWS_MORE = 8;
/** No more is claimed ahead than an endpoint takes in this time. */
const AHEAD_MS = 400;

/** Claimed, and begun as soon as there is a seat. */
export interface WaitingDelivery extends ClaimedDelivery {
  /** unix milliseconds: its lease holds at least from then on */
  readonly claimedAtMs: number;
}

/** One endpoint that a run delivers to. */
export interface Serving {
  readonly run: DeliverRun;
  readonly endpoint: Endpoint;
  /** of its claims */
  readonly token: string;
  readonly attempts: EndpointAttempts;
  /** claimed ahead, and not begun yet */
  readonly waiting: WaitingDelivery[];
  /**
   * An answer asks to be left alone, the endpoint is gone, or the database does not take how attempts went: nothing is
   * begun until it has.
   */
  isHeldBack: boolean;
  /** how long an attempt takes at this endpoint, in milliseconds; undefined until one has ended */
  usualMs: number | undefined;
  /** of the largest event that was claimed last */
  largestBytes: number;
  /** deliveries that one statement records or claims: halved at the statement limit, a few more after each full step */
  readonly size: BatchSize;
}

export interface DeliverStep {
  readonly recorded: readonly RecordedDelivery[];
  readonly switchedOff: boolean;
  readonly claimed: readonly WaitingDelivery[];
  readonly isOn: boolean;
  /** how long the endpoint wants to be left alone */
  readonly pauseMs: number;
}

const NOTHING: DeliverStep = { recorded: [], switchedOff: false, claimed: [], isOn: true, pauseMs: 0 };

/** Records what has ended and claims what is due, in one transaction. */
export async function recordAndClaim(serving: Serving): Promise<DeliverStep> {
  const { run, endpoint, attempts, size } = serving;
  const ended = attempts.takeEnded(size.rows);
  let hasTurn = false;
  const work = async (sql: Sql): Promise<DeliverStep> => {
    const turn = await takeEndpointTurn(sql, endpoint.name, ended.length > 0);
    hasTurn = turn !== undefined;
    return turn === undefined ? NOTHING : await recordAndClaimInTurn(sql, serving, ended, turn);
  };
  try {
    const step = await run.transact(work, ({ claimed }) => {
      run.heldBytes += bytesOf(claimed);
    });
    if (Math.max(ended.length, step.claimed.length) === size.rows) size.grow(ROWS_MORE);
    return step;
  } catch (error) {
    // What has ended is a fact, and what is under way goes on: both are worth another try, whatever went wrong.
    attempts.putBack(ended);
    // What cannot be written down would be sent again.
    serving.isHeldBack = true;
    const isLate = run.clock.now() >= run.deadlineMs;
    // Who waited too long for the endpoint's row would wait as long for fewer.
    if (!isLate && hasTurn && size.halveAfter(error)) return await recordAndClaim(serving);
    const isIdle = !attempts.hasEnded && attempts.underWay === 0;
    if (isLate || isIdle) throw error;
    run.log.warn('how attempts went could not be recorded: it is tried again at once', {
      code: 'NotWrittenDown',
      endpoint: endpoint.name,
      deliveries: ended.map(({ id }) => id),
      error,
    });
    await run.clock.sleep(STORE_PAUSE_MS);
    return NOTHING;
  }
}

async function recordAndClaimInTurn(
  sql: Sql,
  serving: Serving,
  ended: readonly EndedAttempt[],
  turn: EndpointTurn,
): Promise<DeliverStep> {
  const { run, endpoint, token, size } = serving;
  const claimedAtMs = run.clock.now();
  const outcome = await recordAttempts(sql, endpoint.name, token, ended, turn);
  const { isOn, pauseMs } = outcome.turn;
  const ahead = isOn && pauseMs === 0 && hasTime(run) ? aheadOf(serving) : 0;
  const seats = Math.min(ahead, CONCURRENCY_PER_ENDPOINT);
  const limits = { seats, ahead, most: size.rows };
  const claimed = ahead === 0 ? [] : await claimDeliveries(sql, endpoint.name, token, limits);
  const waiting = claimed.map((delivery) => ({ ...delivery, claimedAtMs }));
  return { ...outcome, claimed: waiting, isOn, pauseMs: isOn ? pauseMs : 0 };
}

/** How many may be leased at an endpoint that nobody else serves. */
function aheadOf({ run, attempts, waiting, usualMs = AHEAD_MS, largestBytes }: Serving): number {
  if (run.heldBytes >= MAX_HELD_BYTES) return attempts.underWay + waiting.length === 0 ? 1 : 0;
  const inTime = CONCURRENCY_PER_ENDPOINT * Math.max(1, Math.floor(AHEAD_MS / Math.max(1, usualMs)));
  const inMemory = Math.min(MAX_AHEAD_BYTES / largestBytes, MAX_AHEAD_OF_ALL / run.endpoints.length);
  return Math.min(MAX_AHEAD, inTime, Math.max(CONCURRENCY_PER_ENDPOINT, Math.floor(inMemory)));
}

/** What the events of these deliveries take in memory. */
export function bytesOf(claimed: readonly ClaimedDelivery[]): number {
  return claimed.reduce((sum, { bytes }) => sum + bytes, 0);
}
