import type { Fragment, Sql } from '../../store/store.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { isOfGroup, startTimes } from '../../watch/cohorts/of-group.ts';
import { type StoredCohort, seconds } from '../../watch/cohorts/rows.ts';

/** A lease lasts this long unless it is renewed: a sweep that died is forgotten after it. */
export const LEASE_SECONDS = 60;
/** It is renewed when so much of it is gone. */
export const RENEW_AFTER_SECONDS = 20;

/** When a lease ends that begins now. */
export function leaseEnd(sql: Sql): Fragment {
  return sql`jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'`;
}

/** The condition that nobody has leased `watches w`. */
export function isUnclaimed(sql: Sql): Fragment {
  return sql`(w.claimed_until is null or w.claimed_until < jobwatch_now())`;
}

/** Leases cohorts whose rows are locked. */
export async function lease(sql: Sql, token: string, cohorts: readonly StoredCohort[]): Promise<void> {
  if (cohorts.length === 0) return;
  await sql`
    update watch_cohorts c set
      lease_token = ${token}, leased_until = ${leaseEnd(sql)}
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at) in (${cohortKeys(sql, cohorts)})`;
}

/** The keys of cohorts, as a subquery. */
export function cohortKeys(sql: Sql, cohorts: readonly Pick<StoredCohort, 'group' | 'startMs'>[]) {
  const keys = cohorts.map(({ group, startMs }) => ({ ...group, start: seconds(startMs) }));
  return sql`
    select bucket, region, tag, queue_id, to_timestamp(start)
    from json_to_recordset(${JSON.stringify(keys)}::text::json) as k
      (bucket text, region text, tag text, queue_id text, start float8)`;
}

/**
 * Keeps what the token holds for another lease, so many rows at a time. What was leased not long ago waits for the next
 * time. Resolves with how many rows of a kind it found.
 */
export async function renew(sql: Sql, token: string, most: number): Promise<number> {
  const isOld = (until: Fragment) =>
    sql`${until} < jobwatch_now() + ${LEASE_SECONDS - RENEW_AFTER_SECONDS + 1} * interval '1 second'`;
  // Rows are locked in one order by all: those of watches as observe does, those of cohorts as coverGroups does.
  const watches = await sql`
    with held as (
      select job_id from watches where claim_token = ${token} and ${isOld(sql`claimed_until`)}
      order by job_id limit ${most} for update
    )
    update watches w set claimed_until = ${leaseEnd(sql)}
    from held where w.job_id = held.job_id`;
  const cohorts = await sql`
    with held as (${heldCohorts(sql, token, { most, where: isOld(sql`leased_until`) })})
    update watch_cohorts c set leased_until = ${leaseEnd(sql)}
    from held where ${isHeld(sql)}`;
  return Math.max(watches.count, cohorts.count);
}

/** Gives back what the token still holds, so many rows at a time: it is due as it was. Resolves with how many it found. */
export async function giveBack(sql: Sql, token: string, most: number): Promise<number> {
  const watches = await sql`
    with held as (select job_id from watches where claim_token = ${token} order by job_id limit ${most} for update)
    update watches w set claim_token = null, claimed_until = null
    from held where w.job_id = held.job_id`;
  const cohorts = await sql`
    with held as (${heldCohorts(sql, token, { most })})
    update watch_cohorts c set lease_token = null, leased_until = null
    from held where ${isHeld(sql)}`;
  return Math.max(watches.count, cohorts.count);
}

/** Cohorts of a token, locked in the order of their keys. */
function heldCohorts(
  sql: Sql,
  token: string,
  { most, where = sql`true` }: { most: number; where?: Fragment },
) {
  return sql`
    select bucket, region, tag, queue_id, starts_at from watch_cohorts
    where lease_token = ${token} and ${where}
    order by bucket, region, tag, queue_id, starts_at
    limit ${most}
    for update`;
}

/** The condition that `watch_cohorts c` is one of `held`. */
export function isHeld(sql: Sql) {
  return sql`(c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
    = (held.bucket, held.region, held.tag, held.queue_id, held.starts_at)`;
}

/** Locks the cohorts of a group that start then. Whether the token holds all of them. */
export async function lockHeld(
  sql: Sql,
  token: string,
  { group, starts }: { readonly group: Group; readonly starts: readonly number[] },
): Promise<boolean> {
  const held = await sql`
    select 1 from watch_cohorts c
    where ${isOfGroup(sql, group)} and c.lease_token = ${token} and c.starts_at in (${startTimes(sql, starts)})
    order by c.starts_at
    for update`;
  return held.length === starts.length;
}
