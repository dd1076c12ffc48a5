import { unixMs } from '../store/sql-values.ts';
import type { Fragment, Sql } from '../store/store.ts';
import type { Group } from '../watch/cohorts/cohort.ts';
import { coverGroups, type NewMember } from '../watch/cohorts/cover-groups.ts';
import { ofItsCohort } from '../watch/cohorts/of-group.ts';
import { lockKind } from './claim/claim.ts';
import type { Claimant } from './claim/kind.ts';
import { isUnclaimed, leaseEnd } from './claim/lease.ts';

/** A watch that stands apart: it is checked by itself, by id. */
export interface ApartWatch extends Group {
  readonly job_id: string;
  readonly created_ms: number;
  readonly errors: number;
}

/** Leases the watches of a kind that stand apart and were due when the sweep began, the longest due first. */
export async function claimApart(
  sql: Sql,
  { kind, token, startedAt }: Claimant,
  most: number,
): Promise<ApartWatch[]> {
  await lockKind(sql, kind);
  return await sql<ApartWatch[]>`
    with due as (
      select w.job_id from watches w
      where w.outcome = '' and w.apart_at is not null and w.apart_at > '-infinity' and w.apart_at <= ${startedAt}
        and (w.bucket, w.region, w.tag) = (${kind.bucket}, ${kind.region}, ${kind.tag}) and ${isUnclaimed(sql)}
      order by w.apart_at
      limit ${most}
      for update skip locked
    )
    update watches w set
      claim_token = ${token}, claimed_until = ${leaseEnd(sql)}
    from due where w.job_id = due.job_id
    returning ${apartColumns(sql)}`;
}

/** The columns of `watches w` that make an ApartWatch. */
function apartColumns(sql: Sql): Fragment {
  return sql`w.job_id, w.bucket, w.region, w.tag, w.queue_id, w.errors,
    ${unixMs(sql, sql`w.job_created_at`)} as created_ms`;
}

/** When one watch is checked next. */
export interface NextCheck {
  readonly jobId: string;
  readonly delayMs: number;
}

function nextChecks(sql: Sql, next: readonly NextCheck[]): Fragment {
  return sql`json_to_recordset(${JSON.stringify(next)}::text::json) as n ("jobId" text, "delayMs" float8)`;
}

/**
 * The watches that the token still holds, by their own lease or as members of a cohort. They are locked in the order of
 * their ids, as observe does: else the two could wait for each other.
 */
export function heldBy(sql: Sql, token: string, next: readonly NextCheck[]): Fragment {
  return sql`
    select w.job_id, n."delayMs" as delay_ms
    from watches w join ${nextChecks(sql, next)} on w.job_id = n."jobId"
    where w.outcome = '' and (
      w.claim_token = ${token}
      or (w.apart_at is null and ${ofItsCohort(sql, sql`c.lease_token`)} = ${token}))
    order by w.job_id
    for update of w`;
}

/** Sets watches apart, or leaves them there, until their next check. */
export async function setApart(sql: Sql, token: string, next: readonly NextCheck[]): Promise<void> {
  await sql`
    with held as (${heldBy(sql, token, next)})
    update watches w set
      errors = 0, last_error = '',
      apart_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
      claim_token = null, claimed_until = null
    from held
    where w.job_id = held.job_id`;
}

/** Sets watches apart that are still to be read by this sweep: should it die, they are due as soon as its lease is over. */
export async function setApartClaimed(
  sql: Sql,
  token: string,
  jobIds: readonly string[],
): Promise<ApartWatch[]> {
  const next = jobIds.map((jobId) => ({ jobId, delayMs: 0 }));
  return await sql<ApartWatch[]>`
    with held as (${heldBy(sql, token, next)})
    update watches w set
      apart_at = jobwatch_now(), claim_token = ${token},
      claimed_until = ${leaseEnd(sql)}
    from held
    where w.job_id = held.job_id
    returning ${apartColumns(sql)}`;
}

/** Sets watches apart that could not be read, with the reason. Returns how many the token still held. */
export async function postpone(
  sql: Sql,
  token: string,
  next: readonly NextCheck[],
  error: string,
): Promise<number> {
  const { count } = await sql`
    with held as (${heldBy(sql, token, next)})
    update watches w set
      errors = w.errors + 1, last_error = ${error},
      apart_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
      claim_token = null, claimed_until = null
    from held
    where w.job_id = held.job_id`;
  return count;
}

/**
 * Brings watches back to their cohorts that were read open, and whose tag, queue and creation are known: those that the
 * token holds, and those without a lease while it still holds a cohort. Resolves with their ids.
 */
export async function rejoin(sql: Sql, token: string, next: readonly NextCheck[]): Promise<Set<string>> {
  const joined = await sql<(NewMember & { job_id: string })[]>`
    with back as (
      select w.job_id, n."delayMs" as delay_ms
      from watches w join ${nextChecks(sql, next)} on w.job_id = n."jobId"
      where w.outcome = '' and w.apart_at is not null and w.tag <> '' and w.queue_id <> ''
        and (w.claim_token = ${token} or (
          ${isUnclaimed(sql)}
          and exists (select 1 from watch_cohorts c where c.lease_token = ${token})))
      order by w.job_id
      for update of w
    )
    update watches w set
      apart_at = null, misses = 0, errors = 0, last_error = '', claim_token = null, claimed_until = null
    from back
    where w.job_id = back.job_id
    returning w.job_id, w.bucket, w.region, w.tag, w.queue_id, back.delay_ms as "delayMs"`;
  await coverGroups(sql, joined);
  return new Set(joined.map((row) => row.job_id));
}
