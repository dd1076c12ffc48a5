import { randomUUID } from 'node:crypto';
import { createBatchSize } from '../store/in-batches.ts';
import { type ClaimedDelivery, claimDeliveries, giveBackDeliveries } from './claim-deliveries.ts';
import { type DeliverRun, hasTime } from './deliver-run.ts';
import { takeEndpointTurn } from './endpoint-turn.ts';
import type { Endpoint } from './read-webhooks.ts';
import { type Attempted, type Settled, settleDeliveries } from './settle-deliveries.ts';
import { tellDead, tellOff } from './tell.ts';
import { tryOnce } from './try-once.ts';

/** Attempts that end within this of the first are written down together. */
const GATHER_MS = 20;
/** After the store failed. */
const STORE_PAUSE_MS = 500;
/** A longer pause of an endpoint is left to a later run. */
const MAX_PAUSE_WAIT_MS = 10_000;
/** Bodies under way at all endpoints together. Beyond it an endpoint has one attempt under way at a time. */
const MAX_HELD_BYTES = 8 * 1024 * 1024;
/** Deliveries that one endpoint has under way at once, of all instances together. */
const CONCURRENCY_PER_ENDPOINT = 8;

interface Step {
  readonly settled: readonly Settled[];
  readonly switchedOff: boolean;
  readonly claimed: readonly ClaimedDelivery[];
  readonly pauseMs: number;
}

const NOTHING: Step = { settled: [], switchedOff: false, claimed: [], pauseMs: 0 };

/** Delivers what is due at one endpoint, until nothing is or the deadline is near. */
export async function deliverTo(run: DeliverRun, endpoint: Endpoint): Promise<void> {
  const { clock, deadlineMs } = run;
  const token = randomUUID();
  const underWay = new Set<Promise<void>>();
  const size = createBatchSize(CONCURRENCY_PER_ENDPOINT);
  let attempted: Attempted[] = [];
  let hasSent = false;

  /** Writes down what has ended and begins what is due. Resolves with how long the endpoint wants to be left alone. */
  async function step(): Promise<number> {
    const { settled, switchedOff, claimed, pauseMs } = await settleAndClaim();
    count(run, endpoint, settled, switchedOff);
    // The database may have taken its time.
    if (hasTime(run)) for (const delivery of claimed) begin(delivery);
    else await letGo(claimed);
    return pauseMs;
  }

  async function settleAndClaim(): Promise<Step> {
    const written = attempted.slice(0, size.rows);
    attempted = attempted.slice(size.rows);
    let bytes = 0;
    try {
      return await run.transact(async (sql) => {
        const turn = await takeEndpointTurn(sql, endpoint.name, written.length > 0);
        if (turn === undefined) return NOTHING;
        const outcome = await settleDeliveries(sql, endpoint.name, token, written, turn);
        const { isOn, pauseMs } = outcome.turn;
        const most = isOn && pauseMs === 0 && hasTime(run) ? seats(run, underWay.size) : 0;
        const claimed = most === 0 ? [] : await claimDeliveries(sql, endpoint.name, token, most, size.rows);
        // At once: the next endpoint's claim goes by it.
        bytes = bytesOf(claimed);
        run.heldBytes += bytes;
        return { ...outcome, claimed, pauseMs: isOn ? pauseMs : 0 };
      });
    } catch (error) {
      run.heldBytes -= bytes;
      // What has ended is a fact, and what is under way goes on: both are worth another try, whatever went wrong.
      attempted = [...written, ...attempted];
      if (size.halveAfter(error) && clock.now() < deadlineMs) return await settleAndClaim();
      const isIdle = attempted.length === 0 && underWay.size === 0;
      if (isIdle || clock.now() >= deadlineMs) throw error;
      tellStore(error);
      await clock.sleep(STORE_PAUSE_MS);
      return NOTHING;
    }
  }

  function begin(delivery: ClaimedDelivery): void {
    // Not kept while the attempt waits: of each event only the bytes that are sent.
    const { id, bytes } = delivery;
    hasSent = true;
    const attempt: Promise<void> = tryOnce(run, endpoint, delivery).then((verdict) => {
      run.heldBytes -= bytes;
      attempted.push({ id, verdict });
      underWay.delete(attempt);
    });
    underWay.add(attempt);
  }

  async function letGo(claimed: readonly ClaimedDelivery[]): Promise<void> {
    run.heldBytes -= bytesOf(claimed);
    const ids = claimed.map(({ id }) => id);
    if (ids.length === 0) return;
    // Their lease ends by itself: what is under way matters more.
    await run.transact((sql) => giveBackDeliveries(sql, token, ids)).catch(tellStore);
  }

  function tellStore(error: unknown): void {
    run.log.warn('not written down yet', { code: 'NotWrittenDown', endpoint: endpoint.name, error });
  }

  try {
    for (;;) {
      const pauseMs = await step();
      // Some may have ended while the database worked: they are written down before any other is waited for.
      if (attempted.length > 0) continue;
      if (underWay.size > 0) {
        await Promise.race(underWay);
        if (underWay.size > 0) await clock.sleep(GATHER_MS);
      } else if (hasSent && isShort(pauseMs) && hasTime(run, pauseMs)) {
        // By the run that was told, and by no other: waiting costs as much as working.
        await clock.sleep(pauseMs);
      } else {
        return;
      }
    }
  } finally {
    // Nothing may go on in a process that the platform is about to freeze.
    await Promise.allSettled(underWay);
  }
}

function isShort(pauseMs: number): boolean {
  return pauseMs > 0 && pauseMs <= MAX_PAUSE_WAIT_MS;
}

function bytesOf(claimed: readonly ClaimedDelivery[]): number {
  return claimed.reduce((sum, { bytes }) => sum + bytes, 0);
}

function seats({ heldBytes }: DeliverRun, underWay: number): number {
  if (heldBytes < MAX_HELD_BYTES) return CONCURRENCY_PER_ENDPOINT;
  return underWay === 0 ? 1 : 0;
}

function count(
  { log, summary }: DeliverRun,
  { name }: Endpoint,
  settled: readonly Settled[],
  switchedOff: boolean,
): void {
  for (const { id, state, error } of settled) {
    summary[state === 'pending' ? 'retried' : state] += 1;
    if (state === 'dead') tellDead(log, id, name, error);
  }
  if (!switchedOff) return;
  summary.switchedOff += 1;
  tellOff(log, name);
}
