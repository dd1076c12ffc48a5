import { createBatchSize, inHalves, metStatementLimit } from '../store/in-batches.ts';
import type { Fragment, Sql } from '../store/store.ts';
import type { Run } from '../throttle/run.ts';
import { wholeData } from './event-data.ts';
import { retireEvents } from './retire-events.ts';
import { retireVersions } from './retire-versions.ts';

/** Small batches: no sweep waits for a large delete, and none holds many locks. */
const RETIRE_BATCH = 500;

interface Retired {
  /** what ended longer ago than this is removed */
  readonly days: number;
  /** the names of the rules there are */
  readonly rules: readonly string[];
}

/**
 * Removes what ended longer ago than `days`: watches with their history, settled intents, orders, acts, events with their deliveries,
 * and what rules that are gone know of objects. Each kind has a transaction of its own: what one removed stays removed
 * whatever becomes of the others.
 */
export async function retire(
  { store, clock, log, deadlineMs }: Pick<Run, 'store' | 'clock' | 'log' | 'deadlineMs'>,
  { days, rules }: Retired,
): Promise<number> {
  const kinds: Record<string, (sql: Sql, rows: number) => Promise<number>> = {
    // before their watches, whose documents they would have to take over
    events: (sql, rows) => retireEvents(sql, days, rows),
    watches: (sql, rows) => retireWatches(sql, days, rows),
    intents: (sql, rows) => retireOld(sql, 'intents', sql`settled_at`, { days, rows }),
    retries: (sql, rows) => retireOld(sql, 'retries', sql`ended_at`, { days, rows }),
    backfills: (sql, rows) => retireOld(sql, 'backfills', sql`ended_at`, { days, rows }),
    sets: (sql, rows) => retireOld(sql, 'object_sets', sql`created_at`, { days, rows }),
    acts: (sql, rows) => retireOld(sql, 'acts', sql`at`, { days, rows }),
    versions: (sql, rows) => retireVersions(sql, { days, rules, rows }),
  };
  const hasTime = () => clock.now() < deadlineMs;
  let removed = 0;
  for (const [kind, remove] of Object.entries(kinds)) {
    try {
      const size = createBatchSize(RETIRE_BATCH);
      removed += await inHalves(size, (rows) => store.transaction((sql) => remove(sql, rows)), hasTime);
    } catch (error) {
      if (!metStatementLimit(error)) throw error;
      log.warn('old rows could not be removed: the next sweep will try', { code: 'NotRetired', kind, error });
    }
  }
  return removed;
}

/** An event that is kept longer, since its delivery was sent again, takes over its watch's document. */
async function retireWatches(sql: Sql, days: number, rows: number): Promise<number> {
  const [removed] = await sql<{ watches: number }[]>`
    with w as (
      delete from watches where job_id = any(array(
        select job_id from watches
        where outcome <> '' and ended_at < (select jobwatch_now() - ${days} * interval '1 day')
        order by ended_at limit ${rows} for update skip locked))
      returning job_id, job
    ), whole as (
      update events e set data = (${wholeData(sql)})::json, job_from_watch = false
      from w
      where e.job_id = w.job_id and e.job_from_watch
        -- an event has the number of its step in the history; an array: looked up by its ids, however many there may be
        and e.id = any(array(
          select (job_id || '-' || id) collate "default" from watch_history where job_id = any(array(select job_id from w))))
    )
    select count(*)::int as watches from w`;
  return removed?.watches ?? 0;
}

/** Rows that nothing else hangs on, the oldest first. @param over the column that says when one was over */
async function retireOld(
  sql: Sql,
  table: 'intents' | 'retries' | 'backfills' | 'object_sets' | 'acts',
  over: Fragment,
  { days, rows }: { readonly days: number; readonly rows: number },
): Promise<number> {
  const { count } = await sql`
    delete from ${sql(table)} where id = any(array(
      select id from ${sql(table)} where ${over} < (select jobwatch_now() - ${days} * interval '1 day')
      order by ${over} limit ${rows} for update skip locked))`;
  return count;
}
