import type { Sql } from '../watch/store.ts';
import type { StoredEvent } from './cloud-event.ts';

/** Deliveries that one endpoint has under way at once, of all instances together. */
const CONCURRENCY_PER_ENDPOINT = 8;
/** Longer than an attempt and the writing down of how it went: a deliver that died is forgotten after it. */
const LEASE_SECONDS = 45;

export interface ClaimedDelivery {
  readonly id: string;
  readonly attempts: number;
  readonly event: StoredEvent;
}

/**
 * Holds the endpoint's row for this transaction: whoever changes its deliveries does, so that two never wait for each
 * other. False when it is switched off, asked for a pause, or is in somebody else's hands right now.
 */
async function takeTurn(sql: Sql, endpoint: string): Promise<boolean> {
  const turns = await sql`
    select 1 from endpoints
    where name = ${endpoint} and disabled_at is null
      and (paused_until is null or paused_until <= jobwatch_now())
    for update skip locked`;
  return turns.count > 0;
}

/** Leases what is due at the endpoint, as far as it has seats: of each job the earliest that is not done. */
export async function claimDeliveries(sql: Sql, endpoint: string, token: string): Promise<ClaimedDelivery[]> {
  if (!(await takeTurn(sql, endpoint))) return [];
  const claimed = await sql<
    {
      id: string;
      attempts: number;
      event_id: string;
      type: string;
      bucket: string;
      job_id: string;
      at: Date;
      data: string;
    }[]
  >`
    with due as (
      select id from deliveries d
      where endpoint = ${endpoint} and state = 'pending' and next_attempt_at <= jobwatch_now()
        and (claimed_until is null or claimed_until < jobwatch_now())
        -- "not exists" would become a join with all that is pending, which a backlog makes slower than a statement may be
        and event_seq = (
          select min(earlier.event_seq) from deliveries earlier
          where earlier.endpoint = d.endpoint and earlier.job_id = d.job_id and earlier.state = 'pending')
      order by next_attempt_at, event_seq
      limit greatest(0, ${CONCURRENCY_PER_ENDPOINT} - (
        select count(*) from deliveries
        where endpoint = ${endpoint} and claim_token is not null and claimed_until >= jobwatch_now()))
      for update skip locked
    )
    update deliveries d set
      claim_token = ${token}, claimed_until = jobwatch_now() + ${LEASE_SECONDS} * interval '1 second'
    from due, events e
    where d.id = due.id and e.seq = d.event_seq
    returning d.id, d.attempts, e.id as event_id, e.type, e.bucket, e.job_id, e.at, e.data::text as data`;
  return claimed.map(({ id, attempts, event_id, type, bucket, job_id, at, data }) => ({
    id,
    attempts,
    event: { id: event_id, type, bucket, jobId: job_id, at, data },
  }));
}
