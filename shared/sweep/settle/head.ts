import type { Sql } from '../../store/store.ts';
import { TICK_MS } from '../../throttle/schedule.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { isMember, isOfGroup } from '../../watch/cohorts/of-group.ts';
import { isFree, seconds } from '../../watch/cohorts/rows.ts';

/** A group without watches is looked at so often, and removed when it had none for as long. */
const EMPTY_GROUP_SECONDS = 86_400;

/** The head is due one tick after its first watch. While it has none it is looked at once a day. */
export async function writeHead(sql: Sql, group: Group, headMs: number): Promise<void> {
  await sql`
    insert into watch_cohorts as c (bucket, region, tag, queue_id, starts_at, next_check_at, empty_since)
    select ${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id}, head.start,
      now.at + interval '1 second' * case when head.has_watches then ${TICK_MS / 1000}::float8 else ${EMPTY_GROUP_SECONDS} end,
      case when not head.has_watches then now.at end
    from (select jobwatch_now() as at) as now, (
      select start, exists (
        select 1 from watches w
        where ${isMember(sql, group)} and w.job_created_at >= start
      ) as has_watches from to_timestamp(${seconds(headMs)}::float8) as start) as head
    on conflict (bucket, region, tag, queue_id, starts_at) do update set
      next_check_at = excluded.next_check_at, open = 0, listed = null, unlisted = 0, listed_at = null,
      oldest_at = null, youngest_at = null, errors = 0, last_error = '', lease_token = null, leased_until = null,
      empty_since = case when excluded.empty_since is not null then coalesce(c.empty_since, excluded.empty_since) end`;
}

/** Removes a group, which is locked, when it has had no watch for a day: its only row is due, and nothing is there. */
export async function removeGroup(sql: Sql, token: string, group: Group): Promise<boolean> {
  const removed = await sql`
    delete from watch_cohorts c
    where ${isOfGroup(sql, group)} and c.lease_token = ${token} and c.starts_at = '-infinity'
      and c.empty_since <= jobwatch_now() - ${EMPTY_GROUP_SECONDS} * interval '1 second'
      and not exists (
        select 1 from watch_cohorts n
        where (n.bucket, n.region, n.tag, n.queue_id) = (c.bucket, c.region, c.tag, c.queue_id)
          and n.starts_at > c.starts_at)
      and not exists (select 1 from watches w where ${isMember(sql, group)})
    returning 1`;
  return removed.length > 0;
}

/** Joins a cohort that holds nothing with a neighbour that nobody has leased: the older one, else the younger. */
export async function joinEmpty(sql: Sql, group: Group, startMs: number): Promise<void> {
  const start = sql`to_timestamp(${seconds(startMs)}::float8)`;
  const [older] = await sql<{ free: boolean }[]>`
    select ${isFree(sql)} as free from watch_cohorts c
    where ${isOfGroup(sql, group)} and c.starts_at < ${start}
    order by c.starts_at desc limit 1
    for update of c`;
  if (older) {
    if (older.free) {
      await sql`delete from watch_cohorts c where ${isOfGroup(sql, group)} and c.starts_at = ${start}`;
    }
    return;
  }
  await sql`
    with younger as (
      select starts_at from watch_cohorts c where ${isOfGroup(sql, group)} and c.starts_at > ${start}
      order by c.starts_at limit 1
    ), gone as (
      delete from watch_cohorts c using younger
      where ${isOfGroup(sql, group)} and c.starts_at = younger.starts_at and ${isFree(sql)}
      returning c.*
    )
    update watch_cohorts c set
      next_check_at = gone.next_check_at, open = gone.open, listed = gone.listed, unlisted = gone.unlisted,
      listed_at = gone.listed_at, oldest_at = gone.oldest_at, youngest_at = gone.youngest_at, errors = gone.errors,
      last_error = gone.last_error, empty_since = gone.empty_since
    from gone
    where ${isOfGroup(sql, group)} and c.starts_at = ${start}`;
}
