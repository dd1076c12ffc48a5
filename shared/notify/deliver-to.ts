import { randomUUID } from 'node:crypto';
import { createBatchSize } from '../store/in-batches.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import { type ClaimedDelivery, DELIVERY_LEASE_SECONDS, giveBackDeliveries } from './claim-deliveries.ts';
import { type DeliverRun, hasTime } from './deliver-run.ts';
import { EndpointAttempts } from './endpoint-attempts.ts';
import { takeEndpointTurn } from './endpoint-turn.ts';
import { logDeliveryDead, logEndpointOff } from './log-endings.ts';
import type { Endpoint } from './read-webhooks.ts';
import {
  bytesOf,
  CONCURRENCY_PER_ENDPOINT,
  type DeliverStep,
  MAX_AHEAD,
  recordAndClaim,
  type Serving,
  type WaitingDelivery,
} from './record-and-claim.ts';
import { DELIVERY_TIMEOUT_MS } from './webhook/post-webhook.ts';

/** Attempts that end within this of the first are recorded together. */
const GATHER_MS = 20;
/** A longer pause of an endpoint is left to a later run. */
const MAX_PAUSE_WAIT_MS = 10_000;

/** Of a lease is left, when an attempt ends, at least: recording it waits for its turn behind the other endpoints'. */
const LEASE_LEFT_MS = 15_000;

/** Of how long attempts take, the newest counts so much. */
const NEWEST_SHARE = 0.3;

/** Delivers what is due at one endpoint, until nothing is or the deadline is near. */
export async function deliverTo(run: DeliverRun, endpoint: Endpoint): Promise<void> {
  const attempts = new EndpointAttempts();
  const serving: Serving = {
    run,
    endpoint,
    token: randomUUID(),
    attempts,
    size: createBatchSize(MAX_AHEAD),
    waiting: [],
    isHeldBack: false,
    usualMs: undefined,
    largestBytes: 1,
  };
  try {
    for (;;) {
      const step = await recordAndClaim(serving);
      report(serving, step);
      await begin(serving, step);
      // Some may have ended while the database worked: they are recorded before any other is waited for.
      if (attempts.hasEnded) continue;
      if (attempts.underWay > 0) {
        await attempts.oneEnds();
        if (attempts.underWay > 0) await run.clock.sleep(GATHER_MS);
      } else if (attempts.hasBegun && isShort(step.pauseMs) && hasTime(run, step.pauseMs)) {
        // Only by the run that the endpoint answered: for any other, waiting would cost as much as working.
        await run.clock.sleep(step.pauseMs);
      } else {
        return;
      }
    }
  } finally {
    // Nothing may begin, or go on, in a process that the platform is about to freeze.
    const neverBegun = serving.waiting.splice(0);
    await attempts.allEnd();
    // After the deadline there is no time for it: their leases end.
    if (run.clock.now() < run.deadlineMs) await giveBack(serving, neverBegun);
  }
}

/** Begins what was claimed, as far as there are seats, or gives back what is not to begin now. */
async function begin(serving: Serving, { claimed, isOn, pauseMs }: DeliverStep): Promise<void> {
  const { waiting } = serving;
  waiting.push(...claimed);
  if (claimed.length > 0) serving.largestBytes = Math.max(1, ...claimed.map(({ bytes }) => bytes));
  // What ended while this was written down may hold back anew.
  serving.isHeldBack &&= serving.attempts.hasEnded;
  const [next] = waiting;
  const isOver = next !== undefined && !mayBegin(serving, next);
  if (!isOn || pauseMs > 0 || isOver) await giveBack(serving, waiting.splice(0));
  else beginNext(serving);
}

/** Begins the next of those that were claimed, as long as there are seats; each that ends makes room for another. */
function beginNext(serving: Serving): void {
  const { run, endpoint, attempts, waiting } = serving;
  while (!serving.isHeldBack && attempts.underWay < CONCURRENCY_PER_ENDPOINT) {
    const [delivery] = waiting;
    if (delivery === undefined || !mayBegin(serving, delivery)) return;
    waiting.shift();
    // Not kept while the attempt waits: of each event only the bytes that are sent.
    const { id, bytes } = delivery;
    const beganMs = run.clock.now();
    const verdict = attemptDelivery(run, endpoint, delivery).finally(() => {
      run.heldBytes -= bytes;
      const tookMs = run.clock.now() - beganMs;
      const { usualMs = tookMs } = serving;
      serving.usualMs = usualMs + (tookMs - usualMs) * NEWEST_SHARE;
    });
    void attempts.begin(id, verdict).then((known) => {
      serving.isHeldBack ||= known.outcome === 'gone' || ('pauseMs' in known && known.pauseMs > 0);
      beginNext(serving);
    });
  }
}

/** Whether an attempt can end, and be recorded, before the run's time and the delivery's lease are over. */
function mayBegin({ run }: Serving, { claimedAtMs }: WaitingDelivery): boolean {
  const leasedUntilMs = claimedAtMs + DELIVERY_LEASE_SECONDS * 1000;
  return hasTime(run) && run.clock.now() + DELIVERY_TIMEOUT_MS + LEASE_LEFT_MS <= leasedUntilMs;
}

async function giveBack(
  { run, endpoint, token }: Serving,
  claimed: readonly ClaimedDelivery[],
): Promise<void> {
  run.heldBytes -= bytesOf(claimed);
  const ids = claimed.map(({ id }) => id);
  if (ids.length === 0) return;
  const given = run.transact(async (sql) => {
    await takeEndpointTurn(sql, endpoint.name, true);
    await giveBackDeliveries(sql, token, ids);
  });
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

function report({ run, endpoint: { name } }: Serving, { recorded, switchedOff }: DeliverStep): void {
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
