import type { Sql } from '../watch/store.ts';
import type { Delivery } from './delivery.ts';
import { getDelivery } from './list-deliveries.ts';

/**
 * Sends a delivery again, whatever became of it: all its attempts are before it. Undefined when there is no such
 * delivery, or none any more.
 */
export async function sendAgain(sql: Sql, id: string): Promise<Delivery | undefined> {
  await sql`
    update deliveries set state = 'pending', attempts = 0, next_attempt_at = jobwatch_now(), ended_at = null
    where id = ${id}`;
  return await getDelivery(sql, id);
}
