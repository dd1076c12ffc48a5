import { createBatchSize, inHalves } from '../store/in-batches.ts';
import {
  beginDeliverRun,
  type DeliverParts,
  type DeliverRun,
  type DeliverSummary,
  hasTime,
} from './deliver-run.ts';
import { deliverTo } from './deliver-to.ts';
import { noteEndpoints } from './endpoints.ts';
import { expireDeliveries } from './expire-deliveries.ts';
import { fanOut } from './fan-out.ts';
import { logDeliveryDead, logSweepLate } from './log-endings.ts';
import { endpointsToRecover, recoverSome } from './recover-deliveries.ts';
import { deliverDigest } from './robot/deliver-digest.ts';
import { recordSweepLate } from './sweep-late.ts';

/** A run takes in no more new events than this many statements do: what was fanned out before has to leave, too. */
const MAX_FAN_OUTS = 20;
/** Deliveries that one statement makes, at most. */
const FAN_OUT_BATCH = 1000;
const MAX_EXPIRES = 20;
/** Deliveries that one statement gives up, at most. */
const EXPIRE_BATCH = 500;
const MAX_RECOVERS = 20;
/** Deliveries that one statement sends again, at most. */
const RECOVER_BATCH = 500;

/**
 * Fans new events out, and delivers what is due until nothing is or the deadline is near. Writes one line. Throws when
 * an endpoint could not be served to the end; by then the others have been.
 */
export async function deliver(parts: DeliverParts): Promise<DeliverSummary> {
  const run = beginDeliverRun(parts);
  const { endpoints, log, summary } = run;
  if (!hasTime(run))
    throw new Error(
      `expected a timeout of the function that leaves time for one attempt, got ${run.deadlineMs - run.clock.now()} ms`,
    );
  await expireOld(run);
  await run.transact((sql) => noteEndpoints(sql, endpoints));
  await tellOfLateSweep(run);
  await recover(run);
  // Without endpoints nothing is told: events wait for somebody who has some.
  if (endpoints.length > 0) await fanOutNew(run);
  // Each endpoint by itself: a slow one delays no other.
  const served = await Promise.allSettled(
    endpoints.map((endpoint) =>
      endpoint.robot === undefined ? deliverTo(run, endpoint) : deliverDigest(run, endpoint, endpoint.robot),
    ),
  );
  log.info('deliver', { ...summary });
  const failed = served.flatMap((one, index) =>
    one.status === 'rejected' ? [{ endpoint: endpoints[index]?.name, error: one.reason }] : [],
  );
  for (const one of failed)
    log.error('an endpoint was not served to the end: what is left goes out in a later run', one);
  if (failed[0] !== undefined) throw failed[0].error;
  return summary;
}

async function expireOld(run: DeliverRun): Promise<void> {
  const names = run.endpoints.map(({ name }) => name);
  const size = createBatchSize(EXPIRE_BATCH);
  const expire = (rows: number) =>
    run.transact((sql) => expireDeliveries(sql, names, { days: run.retentionDays, rows }));
  for (let batches = 0; batches < MAX_EXPIRES && hasTime(run); batches++) {
    const expired = await inHalves(size, expire, () => hasTime(run));
    for (const { id, endpoint, error } of expired) logDeliveryDead(run.log, id, endpoint, error);
    run.summary.dead += expired.length;
    if (expired.length < size.rows) return;
  }
}

async function tellOfLateSweep(run: DeliverRun): Promise<void> {
  const seconds = await run.transact(recordSweepLate);
  if (seconds !== undefined) logSweepLate(run.log, seconds);
}

/** Works orders off to send again what is dead; the rest is for the next run. */
async function recover(run: DeliverRun): Promise<void> {
  const names = run.endpoints.map(({ name }) => name);
  for (const name of await run.transact((sql) => endpointsToRecover(sql, names))) {
    const size = createBatchSize(RECOVER_BATCH);
    const again = (rows: number) => run.transact((sql) => recoverSome(sql, name, rows));
    for (let batches = 0; batches < MAX_RECOVERS && hasTime(run); batches++)
      if ((await inHalves(size, again, () => hasTime(run))) < size.rows) break;
  }
}

async function fanOutNew(run: DeliverRun): Promise<void> {
  const { endpoints, summary } = run;
  const size = createBatchSize(Math.floor(FAN_OUT_BATCH / endpoints.length));
  const fanOutSome = (rows: number) => run.transact((sql) => fanOut(sql, endpoints, rows));
  for (let statements = 0; statements < MAX_FAN_OUTS && hasTime(run); statements++) {
    const events = await inHalves(size, fanOutSome, () => hasTime(run));
    summary.events += events;
    if (events === 0) return;
  }
}
