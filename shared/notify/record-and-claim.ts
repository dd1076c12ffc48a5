import type { BatchSize } from '../store/in-batches.ts';
import type { Sql } from '../store/store.ts';
import { type ClaimedDelivery, claimDeliveries } from './claim-deliveries.ts';
import { type DeliverRun, hasTime } from './deliver-run.ts';
import type { EndedAttempt, EndpointAttempts } from './endpoint-attempts.ts';
import { takeEndpointTurn } from './endpoint-turn.ts';
import type { Endpoint } from './read-webhooks.ts';
import { type RecordedDelivery, recordAttempts } from './record-attempts.ts';

/** After the store failed. */
const STORE_PAUSE_MS = 500;
/** Bodies under way at all endpoints together. Beyond it an endpoint has one attempt under way at a time. */
const MAX_HELD_BYTES = 8 * 1024 * 1024;
/** Deliveries that one endpoint has under way at once, of all instances together. */
export const CONCURRENCY_PER_ENDPOINT = 8;

/** One endpoint that a run delivers to. */
export interface Serving {
  readonly run: DeliverRun;
  readonly endpoint: Endpoint;
  /** of its claims */
  readonly token: string;
  readonly attempts: EndpointAttempts;
  /** deliveries that one statement records or claims */
  readonly size: BatchSize;
}

export interface DeliverStep {
  readonly recorded: readonly RecordedDelivery[];
  readonly switchedOff: boolean;
  readonly claimed: readonly ClaimedDelivery[];
  /** how long the endpoint wants to be left alone */
  readonly pauseMs: number;
}

const NOTHING: DeliverStep = { recorded: [], switchedOff: false, claimed: [], pauseMs: 0 };

/** Records what has ended and claims what is due, in one transaction. */
export async function recordAndClaim(serving: Serving): Promise<DeliverStep> {
  const { run, endpoint, attempts, size } = serving;
  const ended = attempts.takeEnded(size.rows);
  try {
    return await run.transact(
      (sql) => recordAndClaimWithin(sql, serving, ended),
      ({ claimed }) => {
        run.heldBytes += bytesOf(claimed);
      },
    );
  } catch (error) {
    // What has ended is a fact, and what is under way goes on: both are worth another try, whatever went wrong.
    attempts.putBack(ended);
    const isLate = run.clock.now() >= run.deadlineMs;
    if (!isLate && size.halveAfter(error)) return await recordAndClaim(serving);
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

async function recordAndClaimWithin(
  sql: Sql,
  { run, endpoint: { name }, token, attempts, size }: Serving,
  ended: readonly EndedAttempt[],
): Promise<DeliverStep> {
  const turn = await takeEndpointTurn(sql, name, ended.length > 0);
  if (turn === undefined) return NOTHING;
  const outcome = await recordAttempts(sql, name, token, ended, turn);
  const { isOn, pauseMs } = outcome.turn;
  const seats = isOn && pauseMs === 0 && hasTime(run) ? seatsOf(run, attempts.underWay) : 0;
  const claimed = seats === 0 ? [] : await claimDeliveries(sql, name, token, seats, size.rows);
  return { ...outcome, claimed, pauseMs: isOn ? pauseMs : 0 };
}

function seatsOf({ heldBytes }: DeliverRun, underWay: number): number {
  if (heldBytes < MAX_HELD_BYTES) return CONCURRENCY_PER_ENDPOINT;
  return underWay === 0 ? 1 : 0;
}

/** What the events of these deliveries take in memory. */
export function bytesOf(claimed: readonly ClaimedDelivery[]): number {
  return claimed.reduce((sum, { bytes }) => sum + bytes, 0);
}
