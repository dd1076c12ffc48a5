import type { Sql } from '../store/store.ts';
import type { Endpoint } from './read-webhooks.ts';

/**
 * Makes one delivery of each new event for each endpoint that wants it, of at most so many events, and tells how many it
 * took; 0 when there are none, or another instance is at it. One at a time: the deliveries of a job's earlier event must be there before
 * those of a later one can be claimed.
 */
export async function fanOut(sql: Sql, endpoints: readonly Endpoint[], most: number): Promise<number> {
  const [turn] = await sql<{ mine: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended('jobwatch fan out', 0)) as mine`;
  if (!turn?.mine) return 0;
  // A delivery waits for the earlier ones of its job and endpoint: there is no use in looking at it sooner.
  const { count } = await sql`
    with fresh as (
      -- locked: one that is being removed for its age is waited for, and then not there
      select seq, id, job_id, type, subject, for_endpoint from events where not fanned_out order by seq limit ${most} for update
    ), made as (
      insert into deliveries (id, event_seq, job_id, endpoint, state, next_attempt_at, created_at)
      select fresh.id || '.' || wants.name, fresh.seq, fresh.job_id, wants.name, 'pending',
        greatest(jobwatch_now(), (
          select earlier.next_attempt_at from deliveries earlier
          where earlier.endpoint = wants.name and earlier.job_id = fresh.job_id and earlier.state = 'pending'
          order by earlier.event_seq desc limit 1)),
        jobwatch_now()
      from fresh
      join json_to_recordset(${JSON.stringify(endpoints.map(wantsOf))}::text::json)
        as wants (name text, every boolean, types json)
        on case when fresh.for_endpoint is null
          then (wants.every or fresh.type in (select json_array_elements_text(wants.types)))
            -- who is switched off is the last one to be told
            and (fresh.type, fresh.subject) is distinct from ('jobwatch.endpoint.off', wants.name)
          else fresh.for_endpoint = wants.name end
      on conflict do nothing
    )
    update events set fanned_out = true from fresh where events.seq = fresh.seq`;
  return count;
}

function wantsOf({ name, events }: Endpoint) {
  return { name, every: events.includes('*'), types: events };
}
