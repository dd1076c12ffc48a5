import type { Sql } from '../store.ts';

/** A lease lasts this long unless it is renewed: a sweep that died is forgotten after it. */
export const LEASE_SECONDS = 60;
/** No sweep takes more of one group at a time. */
const MAX_CLAIM = 10_000;

/** The watches that one listing can read: same bucket, tag and queue. */
export interface Group {
  readonly bucket: string;
  readonly region: string;
  readonly tag: string;
  readonly queue_id: string;
}

export interface ClaimedWatch {
  readonly job_id: string;
  readonly job_created_at: Date;
  readonly errors: number;
}

/** The group whose watch has waited longest for this sweep, leaving out those that it has dealt with. */
export async function nextDueGroup(
  sql: Sql,
  startedAt: Date,
  done: readonly Group[],
): Promise<Group | undefined> {
  const [group] = await sql<Group[]>`
    select bucket, region, tag, queue_id from watches
    where outcome = '' and next_check_at <= ${startedAt}
      and (claimed_until is null or claimed_until < jobwatch_now())
      and (bucket, region, tag, queue_id) not in (
        select bucket, region, tag, queue_id from json_to_recordset(${JSON.stringify(done)}::text::json)
          as done (bucket text, region text, tag text, queue_id text))
    order by next_check_at
    limit 1`;
  return group;
}

/**
 * Leases the group's due watches, the longest due first. What another sweep holds is passed over, and a group that
 * another is taking right now is left to it: two that skip each other's rows would each get a part, and each part would
 * cost requests of its own.
 */
export async function claimDue(
  sql: Sql,
  group: Group,
  token: string,
  startedAt: Date,
): Promise<ClaimedWatch[]> {
  const { bucket, region, tag, queue_id } = group;
  const [turn] = await sql<{ mine: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(
      ${`claim ${bucket} ${region} ${tag} ${queue_id}`}, 0)) as mine`;
  if (!turn?.mine) return [];
  return await claim(sql, group, token, { dueBy: startedAt, most: MAX_CLAIM, failing: true });
}

/** Leases watches of the group that are not due yet: a listing reads them too. */
export function claimAhead(sql: Sql, group: Group, token: string): Promise<ClaimedWatch[]> {
  return claim(sql, group, token, { dueBy: null, most: MAX_CLAIM, failing: true });
}

/**
 * Leases the watches of the group that are due next, to fill a request. Those whose last check failed wait for their
 * own turn: one that CI cannot take would spoil the request for the others.
 */
export function claimBeside(sql: Sql, group: Group, token: string, seats: number): Promise<ClaimedWatch[]> {
  return claim(sql, group, token, { dueBy: null, most: seats, failing: false });
}

function claim(
  sql: Sql,
  group: Group,
  token: string,
  { dueBy, most, failing }: { dueBy: Date | null; most: number; failing: boolean },
): Promise<ClaimedWatch[]> {
  return sql<ClaimedWatch[]>`
    with free as (
      select job_id from watches
      where outcome = '' and next_check_at <= coalesce(${dueBy}, 'infinity'::timestamptz)
        and (errors = 0 or ${failing})
        and bucket = ${group.bucket} and region = ${group.region}
        and tag = ${group.tag} and queue_id = ${group.queue_id}
        and (claimed_until is null or claimed_until < jobwatch_now())
      order by next_check_at
      limit ${most}
      for update skip locked
    )
    update watches w set
      claim_token = ${token},
      claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    from free
    where w.job_id = free.job_id
    returning w.job_id, w.job_created_at, w.errors`;
}

/** Keeps what the token holds for another lease. */
export async function renew(sql: Sql, token: string): Promise<void> {
  // Rows are locked in the order of their ids, as observe does: else the two could wait for each other for ever.
  await sql`
    with held as (select job_id from watches where claim_token = ${token} order by job_id for update)
    update watches w set claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    from held where w.job_id = held.job_id`;
  await sql`
    update watch_groups set leased_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    where lease_token = ${token}`;
}

/** Gives back what the token still holds: it is due as it was. */
export async function giveBack(sql: Sql, token: string): Promise<void> {
  await sql`
    with held as (select job_id from watches where claim_token = ${token} order by job_id for update)
    update watches w set claim_token = null, claimed_until = null
    from held where w.job_id = held.job_id`;
  await sql`update watch_groups set lease_token = null, leased_until = null where lease_token = ${token}`;
}
