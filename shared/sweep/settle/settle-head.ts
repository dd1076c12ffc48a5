import type { Sql } from '../../store/store.ts';
import { TICK_MS } from '../../throttle/schedule.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { lockGroup } from '../../watch/cohorts/group-lock.ts';
import { isMember, isOf } from '../../watch/cohorts/of-group.ts';
import { seconds } from '../../watch/cohorts/rows.ts';

/** A group without watches is looked at so often, and removed when it had none for as long. */
const EMPTY_GROUP_SECONDS = 86_400;

/** The head is due one tick after its first watch. While it has none it is looked at once a day. */
export async function writeHead(sql: Sql, group: Group, headMs: number): Promise<void> {
  await sql`
    insert into watch_cohorts as c (bucket, region, tag, queue_id, starts_at, next_check_at, empty_since)
    select ${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id}, head.start,
      now.at + interval '1 second' * case when head.lives then ${TICK_MS / 1000}::float8 else ${EMPTY_GROUP_SECONDS} end,
      case when not head.lives then now.at end
    from (select jobwatch_now() as at) as now, (
      select start, exists (
        select 1 from watches w
        where ${isMember(sql, group)} and w.job_created_at >= start
      ) as lives from to_timestamp(${seconds(headMs)}::float8) as start) as head
    on conflict (bucket, region, tag, queue_id, starts_at) do update set
      next_check_at = excluded.next_check_at, open = 0, listed = null, unlisted = 0, listed_at = null,
      oldest_at = null, youngest_at = null, errors = 0, last_error = '', lease_token = null, leased_until = null,
      empty_since = case when excluded.empty_since is not null then coalesce(c.empty_since, excluded.empty_since) end`;
}

/** Removes a group that has had no watch for a day: its only row is due, and nothing is there. */
export async function removeGroup(sql: Sql, token: string, group: Group): Promise<boolean> {
  await lockGroup(sql, group);
  const removed = await sql`
    delete from watch_cohorts c
    where ${isOf(sql, group)} and c.lease_token = ${token} and c.starts_at = '-infinity'
      and c.empty_since <= jobwatch_now() - ${EMPTY_GROUP_SECONDS} * interval '1 second'
      and not exists (select 1 from watch_cohorts n where (n.bucket, n.region, n.tag, n.queue_id) = (c.bucket, c.region, c.tag, c.queue_id) and n.starts_at > c.starts_at)
      and not exists (select 1 from watches w where ${isMember(sql, group)})
    returning 1`;
  return removed.length > 0;
}
