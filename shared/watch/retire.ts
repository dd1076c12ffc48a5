import type { Sql } from './store.ts';

/** Small batches: no sweep waits for a large delete, and none holds many locks. */
const RETIRE_BATCH = 500;

/**
 * Removes what ended longer ago than `days`: watches with their history, settled intents, what rules know of objects,
 * and events with their deliveries, none of which is under way or has ended since.
 */
export async function retire(sql: Sql, days: number): Promise<number> {
  const watches = await sql`
    delete from watches where job_id in (
      select job_id from watches
      where outcome <> '' and ended_at < (select jobwatch_now() - ${days} * interval '1 day')
      order by ended_at limit ${RETIRE_BATCH} for update skip locked)`;
  const events = await sql`
    delete from events where seq in (
      select seq from events e
      where at < (select jobwatch_now() - ${days} * interval '1 day')
        and not exists (
          select 1 from deliveries d where d.event_seq = e.seq
            and (d.state = 'pending' or d.ended_at >= (select jobwatch_now() - ${days} * interval '1 day')))
      order by at limit ${RETIRE_BATCH} for update skip locked)`;
  const intents = await sql`
    delete from intents where id in (
      select id from intents where settled_at < (select jobwatch_now() - ${days} * interval '1 day')
      order by settled_at limit ${RETIRE_BATCH} for update skip locked)`;
  const versions = await sql`
    delete from object_versions where (bucket, region, object, rule) in (
      select bucket, region, object, rule from object_versions
      where seen_at < (select jobwatch_now() - ${days} * interval '1 day')
      order by seen_at limit ${RETIRE_BATCH} for update skip locked)`;
  return watches.count + events.count + intents.count + versions.count;
}
