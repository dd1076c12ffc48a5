import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../watch/store.ts';
import { type ClaimedDelivery, claimDeliveries } from './claim-deliveries.ts';
import { cloudEventBody } from './cloud-event.ts';
import { noteEndpoints } from './endpoints.ts';
import { expireDeliveries } from './expire-deliveries.ts';
import { fanOut } from './fan-out.ts';
import { DELIVERY_TIMEOUT_MS, type Sender } from './post-webhook.ts';
import type { Endpoint } from './read-webhooks.ts';
import { type Attempted, type Settled, settleDeliveries } from './settle-deliveries.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** Kept back from the deadline to write down how the last attempts went. */
const WRITE_DOWN_MS = 3000;

export interface DeliverRun {
  readonly store: Store;
  readonly sender: Sender;
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
  /** attempts that failed and are made again */
  retried: number;
  dead: number;
  /** endpoints that answered 410 */
  switchedOff: number;
}

/** Fans new events out, and delivers what is due until nothing is or the deadline is near. Writes one line. */
export async function deliver(run: DeliverRun): Promise<DeliverSummary> {
  const { store, endpoints, log } = run;
  const summary: DeliverSummary = { events: 0, delivered: 0, retried: 0, dead: 0, switchedOff: 0 };
  // Without endpoints nothing is told: events wait for somebody who has some.
  if (endpoints.length > 0) {
    await store.transaction((sql) => noteEndpoints(sql, endpoints));
    for (let taken = -1; taken !== 0 && hasTime(run); summary.events += taken) {
      taken = await store.transaction((sql) => fanOut(sql, endpoints));
    }
  }
  // Each endpoint by itself: a slow one delays no other.
  const done = await Promise.allSettled(endpoints.map((endpoint) => deliverTo(run, endpoint, summary)));
  for (const one of done) if (one.status === 'rejected') throw one.reason;
  const expired = await store.transaction((sql) => expireDeliveries(sql, run.retentionDays));
  for (const { id, endpoint, error } of expired) tellDead(log, id, endpoint, error);
  summary.dead += expired.length;
  log.info('deliver', { ...summary });
  return summary;
}

function hasTime({ clock, deadlineMs }: DeliverRun): boolean {
  return clock.now() + DELIVERY_TIMEOUT_MS + WRITE_DOWN_MS <= deadlineMs;
}

async function deliverTo(run: DeliverRun, endpoint: Endpoint, summary: DeliverSummary): Promise<void> {
  const token = randomUUID();
  const underWay = new Set<Promise<void>>();
  let attempted: Attempted[] = [];
  try {
    for (;;) {
      const written = attempted;
      attempted = [];
      const { settled, switchedOff, claimed } = await run.store.transaction(async (sql) => ({
        ...(await settleDeliveries(sql, endpoint.name, token, written)),
        claimed: hasTime(run) ? await claimDeliveries(sql, endpoint.name, token) : [],
      }));
      tell(run.log, endpoint, settled, switchedOff, summary);
      // The database may have taken its time. What is not begun is free again when its lease is over.
      for (const delivery of hasTime(run) ? claimed : []) {
        const attempt: Promise<void> = tryOnce(run, endpoint, delivery).then((verdict) => {
          attempted.push({ id: delivery.id, verdict });
          underWay.delete(attempt);
        });
        underWay.add(attempt);
      }
      // Some may have ended while the database worked: they are written down before any other is waited for.
      if (attempted.length > 0) continue;
      if (underWay.size === 0) return;
      await Promise.race(underWay);
    }
  } finally {
    // Nothing may go on in a process that the platform is about to freeze.
    await Promise.allSettled(underWay);
  }
}

async function tryOnce(
  { sender, clock }: DeliverRun,
  endpoint: Endpoint,
  { event }: ClaimedDelivery,
): Promise<Verdict> {
  try {
    const message = { id: event.id, body: cloudEventBody(event), atMs: clock.now() };
    return verdictOf(await sender.post(endpoint, message));
  } catch (error) {
    // An event that cannot be sent ends as dead in its turn: it must not stop the others.
    const reason = error instanceof Error ? error.message : String(error);
    return verdictOf({ kind: 'failed', reason });
  }
}

function tell(
  log: Log,
  { name }: Endpoint,
  settled: readonly Settled[],
  switchedOff: boolean,
  summary: DeliverSummary,
): void {
  for (const { id, state, error } of settled) {
    summary[state === 'pending' ? 'retried' : state] += 1;
    if (state === 'dead') tellDead(log, id, name, error);
  }
  if (switchedOff) {
    summary.switchedOff += 1;
    log.error('an endpoint is gone: nothing is sent to it until somebody switches it on', {
      code: 'EndpointOff',
      endpoint: name,
    });
  }
}

function tellDead(log: Log, delivery: string, endpoint: string, reason: string): void {
  log.error('a delivery is dead: no attempt is left', { code: 'DeliveryDead', delivery, endpoint, reason });
}
