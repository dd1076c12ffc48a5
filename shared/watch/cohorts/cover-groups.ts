import { prepared } from '../../store/prepared.ts';
import type { Sql } from '../../store/store.ts';
import { type Group, groupKey } from './cohort.ts';
import { lockGroupsShared } from './group-lock.ts';

export interface NewMember extends Group {
  /** until it is to be checked first, in milliseconds */
  readonly delayMs: number;
}

/**
 * Sees to it that watches which were just added, or are back with their cohort, are checked: their groups exist, and the
 * head of each is due by then. They must have been written before in the same transaction.
 */
export async function coverGroups(sql: Sql, members: readonly NewMember[]): Promise<void> {
  if (members.length === 0) return;
  const groups = new Map<string, NewMember>();
  for (const { bucket, region, tag, queue_id, delayMs } of members) {
    const key = groupKey({ bucket, region, tag, queue_id });
    const soonest = Math.min(delayMs, groups.get(key)?.delayMs ?? delayMs);
    groups.set(key, { bucket, region, tag, queue_id, delayMs: soonest });
  }
  const rows = [...groups.values()];
  const locked = lockGroupsShared(sql, rows);
  const covered = prepared(sql`
    with given as (
      select bucket, region, tag, queue_id, jobwatch_now() + "delayMs" * interval '1 millisecond' as due
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as t
        (bucket text, region text, tag text, queue_id text, "delayMs" float8)
    ), made as (
      insert into watch_cohorts (bucket, region, tag, queue_id, starts_at, next_check_at)
      select bucket, region, tag, queue_id, '-infinity', due from given
      where not exists (
        select 1 from watch_cohorts c where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
          = (given.bucket, given.region, given.tag, given.queue_id, '-infinity'::timestamptz))
      order by bucket, region, tag, queue_id
      on conflict (bucket, region, tag, queue_id, starts_at) do update
        set next_check_at = least(watch_cohorts.next_check_at, excluded.next_check_at)
    ), heads as (
      select c.bucket, c.region, c.tag, c.queue_id, c.starts_at, given.due
      from given join watch_cohorts c on (c.bucket, c.region, c.tag, c.queue_id)
        = (given.bucket, given.region, given.tag, given.queue_id)
      where c.starts_at = (
          select max(h.starts_at) from watch_cohorts h
          where (h.bucket, h.region, h.tag, h.queue_id) = (given.bucket, given.region, given.tag, given.queue_id))
        and (c.next_check_at > given.due or c.empty_since is not null)
      -- in the order in which leases are given back: else the two could wait for each other for ever
      order by c.bucket, c.region, c.tag, c.queue_id
      for update of c
    )
    update watch_cohorts c set next_check_at = least(c.next_check_at, heads.due), empty_since = null
    from heads
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
      = (heads.bucket, heads.region, heads.tag, heads.queue_id, heads.starts_at)`);
  await Promise.all([locked, covered]);
}
