import { randomUUID } from 'node:crypto';
import { type BatchSize, createBatchSize } from '../store/in-batches.ts';
import type { Sql } from '../store/store.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import { type ClaimedDelivery, claimDeliveries, giveBackDeliveries } from './claim-deliveries.ts';
import { type DeliverRun, hasTime } from './deliver-run.ts';
import { type EndedAttempt, EndpointAttempts } from './endpoint-attempts.ts';
import { takeEndpointTurn } from './endpoint-turn.ts';
import { logDeliveryDead, logEndpointOff } from './log-endings.ts';
import type { Endpoint } from './read-webhooks.ts';
import { type RecordedDelivery, recordAttempts } from './record-attempts.ts';

/** Attempts that end within this of the first are recorded together. */
const GATHER_MS = 20;
/** After the store failed. */
const STORE_PAUSE_MS = 500;
/** A longer pause of an endpoint is left to a later run. */
const MAX_PAUSE_WAIT_MS = 10_000;
/** Bodies under way at all endpoints together. Beyond it an endpoint has one attempt under way at a time. */
const MAX_HELD_BYTES = 8 * 1024 * 1024;
/** Deliveries that one endpoint has under way at once, of all instances together. */
const CONCURRENCY_PER_ENDPOINT = 8;

/** One endpoint that a run delivers to. */
interface Serving {
  readonly run: DeliverRun;
  readonly endpoint: Endpoint;
  /** of its claims */
  readonly token: string;
  readonly attempts: EndpointAttempts;
  /** deliveries that one statement records or claims */
  readonly size: BatchSize;
}

interface Step {
  readonly recorded: readonly RecordedDelivery[];
  readonly switchedOff: boolean;
  readonly claimed: readonly ClaimedDelivery[];
  /** how long the endpoint wants to be left alone */
  readonly pauseMs: number;
}

const NOTHING: Step = { recorded: [], switchedOff: false, claimed: [], pauseMs: 0 };

/** Delivers what is due at one endpoint, until nothing is or the deadline is near. */
export async function deliverTo(run: DeliverRun, endpoint: Endpoint): Promise<void> {
  const attempts = new EndpointAttempts();
  const size = createBatchSize(CONCURRENCY_PER_ENDPOINT);
  const serving = { run, endpoint, token: randomUUID(), attempts, size };
  try {
    for (;;) {
      const step = await recordAndClaim(serving);
      report(serving, step);
      await begin(serving, step.claimed);
      // Some may have ended while the database worked: they are recorded before any other is waited for.
      if (attempts.hasEnded) continue;
      if (attempts.underWay > 0) {
        await attempts.oneEnds();
        if (attempts.underWay > 0) await run.clock.sleep(GATHER_MS);
      } else if (attempts.hasBegun && isShort(step.pauseMs) && hasTime(run, step.pauseMs)) {
        // By the run that was told, and by no other: waiting costs as much as working.
        await run.clock.sleep(step.pauseMs);
      } else {
        return;
      }
    }
  } finally {
    // Nothing may go on in a process that the platform is about to freeze.
    await attempts.allEnd();
  }
}

/** Records what has ended and claims what is due, in one transaction. */
async function recordAndClaim(serving: Serving): Promise<Step> {
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
): Promise<Step> {
  const turn = await takeEndpointTurn(sql, name, ended.length > 0);
  if (turn === undefined) return NOTHING;
  const outcome = await recordAttempts(sql, name, token, ended, turn);
  const { isOn, pauseMs } = outcome.turn;
  const seats = isOn && pauseMs === 0 && hasTime(run) ? seatsOf(run, attempts.underWay) : 0;
  const claimed = seats === 0 ? [] : await claimDeliveries(sql, name, token, seats, size.rows);
  return { ...outcome, claimed, pauseMs: isOn ? pauseMs : 0 };
}

/** Begins an attempt at each, or gives them back: the database may have taken its time. */
async function begin(serving: Serving, claimed: readonly ClaimedDelivery[]): Promise<void> {
  const { run, endpoint, attempts } = serving;
  if (!hasTime(run)) return await giveBack(serving, claimed);
  for (const delivery of claimed) {
    // Not kept while the attempt waits: of each event only the bytes that are sent.
    const { id, bytes } = delivery;
    const verdict = attemptDelivery(run, endpoint, delivery).finally(() => {
      run.heldBytes -= bytes;
    });
    attempts.begin(id, verdict);
  }
}

async function giveBack(
  { run, endpoint, token }: Serving,
  claimed: readonly ClaimedDelivery[],
): Promise<void> {
  run.heldBytes -= bytesOf(claimed);
  const ids = claimed.map(({ id }) => id);
  if (ids.length === 0) return;
  const given = run.transact((sql) => giveBackDeliveries(sql, token, ids));
  // What is under way matters more.
  await given.catch((error: unknown) =>
    run.log.warn(
      'deliveries that were not begun could not be given back: they are due when their lease ends',
      {
        code: 'NotWrittenDown',
        endpoint: endpoint.name,
        deliveries: ids,
        error,
      },
    ),
  );
}

function report({ run, endpoint: { name } }: Serving, { recorded, switchedOff }: Step): void {
  const { log, summary } = run;
  for (const { id, state, error } of recorded) {
    summary[state === 'pending' ? 'retried' : state] += 1;
    if (state === 'dead') logDeliveryDead(log, id, name, error);
  }
  if (!switchedOff) return;
  summary.switchedOff += 1;
  logEndpointOff(log, name);
}

function isShort(pauseMs: number): boolean {
  return pauseMs > 0 && pauseMs <= MAX_PAUSE_WAIT_MS;
}

function bytesOf(claimed: readonly ClaimedDelivery[]): number {
  return claimed.reduce((sum, { bytes }) => sum + bytes, 0);
}

function seatsOf({ heldBytes }: DeliverRun, underWay: number): number {
  if (heldBytes < MAX_HELD_BYTES) return CONCURRENCY_PER_ENDPOINT;
  return underWay === 0 ? 1 : 0;
}
