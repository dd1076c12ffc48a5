import type { Sql } from '../store.ts';
import { type Group, LEASE_SECONDS } from './claim.ts';

/** What a listing cost is forgotten after this: the jobs of others come and go. */
const PAGES_REMEMBERED_SECONDS = 3600;
/** Many that stay gone for so long after an alarm are gone indeed: they are closed, and there is no second alarm. */
const MISSING_ALARM_SECONDS = 86_400;

export interface GroupFacts {
  readonly open: number;
  readonly lastPages: number | undefined;
  /** no watch of the group is closed as Missing for now */
  readonly missingHeld: boolean;
  /** an alarm about many that vanished was given not long ago */
  readonly missingAlarmed: boolean;
}

/** How large a group is, and how many pages its last listing took. */
export async function readGroup(sql: Sql, group: Group): Promise<GroupFacts> {
  const [facts] = await sql<
    { open: number; last_pages: number | null; missing_held: boolean; missing_alarmed: boolean }[]
  >`
    select
      (select count(*)::int from watches
        where outcome = '' and bucket = ${group.bucket} and region = ${group.region}
          and tag = ${group.tag} and queue_id = ${group.queue_id}) as open,
      case when g.listed_at > jobwatch_now() - ${PAGES_REMEMBERED_SECONDS} * interval '1 second'
        then g.last_pages end as last_pages,
      coalesce(g.missing_held_until > jobwatch_now(), false) as missing_held,
      coalesce(g.missing_held_until > jobwatch_now() - ${MISSING_ALARM_SECONDS} * interval '1 second', false)
        as missing_alarmed
    from (select) as one
    left join watch_groups g
      on g.bucket = ${group.bucket} and g.region = ${group.region}
      and g.tag = ${group.tag} and g.queue_id = ${group.queue_id}`;
  return {
    open: facts?.open ?? 0,
    lastPages: facts?.last_pages ?? undefined,
    missingHeld: facts?.missing_held ?? false,
    missingAlarmed: facts?.missing_alarmed ?? false,
  };
}

/** Takes the right to list the group; false while another sweep has it. */
export async function takeListing(sql: Sql, group: Group, token: string): Promise<boolean> {
  const taken = await sql`
    insert into watch_groups as g (bucket, region, tag, queue_id, lease_token, leased_until)
    values (${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id}, ${token},
      jobwatch_now() + ${LEASE_SECONDS} * interval '1 second')
    on conflict (bucket, region, tag, queue_id) do update
      set lease_token = excluded.lease_token, leased_until = excluded.leased_until
      where g.leased_until is null or g.leased_until < jobwatch_now()
    returning 1`;
  return taken.length === 1;
}

/** Remembers what the listing cost, unless another sweep has taken it over. */
export async function endListing(sql: Sql, group: Group, token: string, pages: number): Promise<void> {
  await sql`
    update watch_groups set
      last_pages = ${pages}, listed_at = jobwatch_now(), lease_token = null, leased_until = null
    where bucket = ${group.bucket} and region = ${group.region}
      and tag = ${group.tag} and queue_id = ${group.queue_id} and lease_token = ${token}`;
}

/** From now on many that vanish are an alarm again. */
export async function forgetAlarm(sql: Sql, group: Group): Promise<void> {
  await sql`
    update watch_groups set missing_held_until = null
    where bucket = ${group.bucket} and region = ${group.region}
      and tag = ${group.tag} and queue_id = ${group.queue_id}`;
}
