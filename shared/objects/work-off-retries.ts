import type { Log } from '../log.ts';
import type { Sql, Store } from '../store/store.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import { countUnposted } from '../submit/intents/count-unposted.ts';
import { retryJob } from './retry-job.ts';

/** Submissions of an order that wait to be posted at once: the rest waits in the order, where it is in nobody's way. */
const UNPOSTED_AT_ONCE = 100;

interface Worker {
  readonly store: Store;
  readonly log: Log;
  /** where CI is to tell that a job has ended */
  readonly callback: string | undefined;
  readonly hasTime: () => boolean;
}

/**
 * Puts the jobs of the orders in line, one after the other: each in a transaction of its own, which also says that it is
 * done. A process that dies between two of them leaves the rest to the next.
 */
export async function workOffRetries(worker: Worker): Promise<void> {
  const open = await worker.store.transaction(
    (sql) => sql<{ id: string }[]>`select id from retries where ended_at is null order by created_at`,
  );
  for (const { id } of open) while (worker.hasTime() && (await workOffNext(worker, id)));
}

/** Resolves with whether there may be another that can be put in line now. */
async function workOffNext({ store, log, callback }: Worker, orderId: string): Promise<boolean> {
  let begun: RetryJob | undefined;
  try {
    return await store.transaction(async (sql) => {
      begun = await nextOf(sql, orderId);
      if (begun === undefined) return false;
      const retry = await retryJob(sql, begun.job_id, { behindOf: orderId, callback });
      await endOne(sql, orderId, begun, retry.outcome === 'ordered' || retry.outcome === 'repeated');
      return true;
    });
  } catch (error) {
    if (error instanceof StoreUnavailable || begun === undefined) throw error;
    const failed = begun;
    log.error('a job of an order could not be submitted again: the others go on', {
      code: 'NotRetried',
      order: orderId,
      jobId: failed.job_id,
      error,
    });
    await store.transaction((sql) => endOne(sql, orderId, failed, false));
    return true;
  }
}

interface RetryJob {
  number: number;
  job_id: string;
}

/** The next job of an order that nobody else works at, when there is room in line; ends the order that has none left. */
async function nextOf(sql: Sql, orderId: string): Promise<RetryJob | undefined> {
  const [order] = await sql`
    select 1 from retries where id = ${orderId} and ended_at is null for update skip locked`;
  if (order === undefined) return undefined;
  const [next] = await sql<RetryJob[]>`
    select number, job_id from retry_jobs where retry_id = ${orderId} order by number limit 1`;
  if (next === undefined) {
    await sql`update retries set ended_at = jobwatch_now() where id = ${orderId}`;
    return undefined;
  }
  return (await countUnposted(sql, orderId)) < UNPOSTED_AT_ONCE ? next : undefined;
}

async function endOne(sql: Sql, orderId: string, { number }: RetryJob, isDone: boolean): Promise<void> {
  const ended = await sql`delete from retry_jobs where retry_id = ${orderId} and number = ${number}`;
  if (ended.count === 0) return;
  await sql`
    update retries set done = done + ${isDone ? 1 : 0}, failed = failed + ${isDone ? 0 : 1}
    where id = ${orderId}`;
}
