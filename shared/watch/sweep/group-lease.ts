import type { Sql } from '../store.ts';
import { type Group, LEASE_SECONDS } from './claim.ts';

export interface GroupFacts {
  readonly open: number;
  readonly lastPages: number | undefined;
  /** no watch of the group is closed as Missing for now */
  readonly missingHeld: boolean;
}

/** How large a group is, and how many pages its last listing took. */
export async function readGroup(sql: Sql, group: Group): Promise<GroupFacts> {
  const [facts] = await sql<{ open: number; last_pages: number | null; missing_held: boolean }[]>`
    select
      (select count(*)::int from watches
        where outcome = '' and bucket = ${group.bucket} and region = ${group.region}
          and tag = ${group.tag} and queue_id = ${group.queue_id}) as open,
      g.last_pages,
      coalesce(g.missing_held_until > jobwatch_now(), false) as missing_held
    from (select) as one
    left join watch_groups g
      on g.bucket = ${group.bucket} and g.region = ${group.region}
      and g.tag = ${group.tag} and g.queue_id = ${group.queue_id}`;
  return {
    open: facts?.open ?? 0,
    lastPages: facts?.last_pages ?? undefined,
    missingHeld: facts?.missing_held ?? false,
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
    update watch_groups set last_pages = ${pages}, lease_token = null, leased_until = null
    where bucket = ${group.bucket} and region = ${group.region}
      and tag = ${group.tag} and queue_id = ${group.queue_id} and lease_token = ${token}`;
}
