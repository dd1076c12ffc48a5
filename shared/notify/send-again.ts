import type { Sql } from '../store/store.ts';
import type { Delivery } from './delivery.ts';
import { getDelivery } from './list-deliveries.ts';

/**
 * Sends a delivery again, whatever became of it: all its attempts are before it. Undefined when there is no such
 * delivery, or none any more.
 */
export async function sendAgain(sql: Sql, id: string): Promise<Delivery | undefined> {
  // Whoever changes several deliveries of an endpoint holds its row.
  await sql`
    update endpoints p set touched_at = greatest(p.touched_at, jobwatch_now())
    from deliveries d where d.endpoint = p.name and d.id = ${id}`;
  // Later ones were put off until its next attempt, which is now.
  await sql`
    with again as (
      update deliveries set state = 'pending', attempts = 0, next_attempt_at = jobwatch_now(), ended_at = null
      where id = ${id}
      returning endpoint, job_id, event_seq
    )
    update deliveries later set next_attempt_at = jobwatch_now()
    from again
    where later.endpoint = again.endpoint and later.job_id = again.job_id and later.state = 'pending'
      and later.event_seq > again.event_seq and later.attempts = 0`;
  return await getDelivery(sql, id);
}
