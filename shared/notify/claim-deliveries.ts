import type { Sql } from '../store/store.ts';
import { type SelectedEvent, selectedEvent, toStoredEvent } from './selected-event.ts';
import type { StoredEvent } from './webhook/cloud-event.ts';

/** Longer than an attempt and the writing down of how it went: a deliver that died is forgotten after it. */
export const DELIVERY_LEASE_SECONDS = 45;

export interface ClaimedDelivery {
  readonly id: string;
  readonly event: StoredEvent;
  /** what the event's data takes in memory */
  readonly bytes: number;
}

export interface ClaimLimits {
  /** how many may be leased at the endpoint, of all instances together, while several serve it */
  readonly seats: number;
  /** how many whoever serves it alone may lease; it has no more under way for that */
  readonly ahead?: number;
  /** how many are claimed at once */
  readonly most?: number;
}

/**
 * Leases what is due at the endpoint, of each job the earliest that is not done. Whoever claims holds the endpoint's
 * turn. What it holds itself, or has held until its lease ended, may be under way still: that is for others.
 */
export async function claimDeliveries(
  sql: Sql,
  endpoint: string,
  token: string,
  { seats, ahead = seats, most = ahead }: ClaimLimits,
): Promise<ClaimedDelivery[]> {
  const claimed = await sql<(SelectedEvent & { id: string })[]>`
    with held as (
      select count(*) filter (where claim_token = ${token}) as own, count(*) filter (where claim_token <> ${token}) as others
      from deliveries
      where endpoint = ${endpoint} and claim_token is not null and claimed_until >= (select jobwatch_now())
    ), due as (
      select id from deliveries d
      where endpoint = ${endpoint} and state = 'pending' and next_attempt_at <= (select jobwatch_now())
        and (claim_token is null or (claim_token <> ${token} and claimed_until < (select jobwatch_now())))
        -- "not exists" would become a join with all that is pending: in a backlog slower than a statement may be
        and event_seq = (
          select min(earlier.event_seq) from deliveries earlier
          where earlier.endpoint = d.endpoint and earlier.job_id = d.job_id and earlier.state = 'pending')
      -- by nothing else: of a large backlog that is due since one moment all would have to be sorted
      order by next_attempt_at
      limit (
        select greatest(0, least(${most}, case when others = 0 then ${ahead} else ${seats} - others end - own)) from held)
      for update skip locked
    )
    update deliveries d set
      claim_token = ${token}, claimed_until = jobwatch_now() + ${DELIVERY_LEASE_SECONDS} * interval '1 second'
    from due, events e left join watches w on e.job_from_watch and w.job_id = e.job_id
    where d.id = due.id and e.seq = d.event_seq
    returning d.id, ${selectedEvent(sql)}`;
  return claimed.map(({ id, ...event }) => ({
    id,
    event: toStoredEvent(event),
    bytes: Buffer.byteLength(event.data),
  }));
}

/** Leases what is due at a robot's endpoint, the oldest first: all of it is one message. */
export async function claimDigest(
  sql: Sql,
  endpoint: string,
  token: string,
  most: number,
): Promise<ClaimedDelivery[]> {
  const claimed = await sql<(SelectedEvent & { id: string; seq: number })[]>`
    with due as (
      select id from deliveries
      where endpoint = ${endpoint} and state = 'pending' and next_attempt_at <= (select jobwatch_now())
        and (claimed_until is null or claimed_until < (select jobwatch_now()))
      order by next_attempt_at limit ${most} for update skip locked
    )
    update deliveries d set
      claim_token = ${token}, claimed_until = jobwatch_now() + ${DELIVERY_LEASE_SECONDS} * interval '1 second'
    from due, events e left join watches w on e.job_from_watch and w.job_id = e.job_id
    where d.id = due.id and e.seq = d.event_seq
    returning d.id, e.seq::float8 as seq, ${selectedEvent(sql)}`;
  return claimed
    .sort((a, b) => a.seq - b.seq)
    .map(({ id, seq: _, ...event }) => ({
      id,
      event: toStoredEvent(event),
      bytes: Buffer.byteLength(event.data),
    }));
}

/** Gives back what was claimed and not begun: it is due as it was. Whoever does holds the endpoint's turn. */
export async function giveBackDeliveries(sql: Sql, token: string, ids: readonly string[]): Promise<void> {
  await sql`
    update deliveries set claim_token = null, claimed_until = null
    where id in ${sql(ids)} and claim_token = ${token}`;
}
