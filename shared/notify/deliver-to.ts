import { randomUUID } from 'node:crypto';
import { createBatchSize } from '../store/in-batches.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import { type ClaimedDelivery, giveBackDeliveries } from './claim-deliveries.ts';
import { type DeliverRun, hasTime } from './deliver-run.ts';
import { EndpointAttempts } from './endpoint-attempts.ts';
import { logDeliveryDead, logEndpointOff } from './log-endings.ts';
import type { Endpoint } from './read-webhooks.ts';
import {
  bytesOf,
  CONCURRENCY_PER_ENDPOINT,
  type DeliverStep,
  recordAndClaim,
  type Serving,
} from './record-and-claim.ts';

/** Attempts that end within this of the first are recorded together. */
const GATHER_MS = 20;
/** A longer pause of an endpoint is left to a later run. */
const MAX_PAUSE_WAIT_MS = 10_000;

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
        // Only by the run that the endpoint answered: for any other, waiting would cost as much as working.
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
