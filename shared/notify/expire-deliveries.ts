import type { Sql } from '../watch/store.ts';

export const EXPIRE_BATCH = 500;

export interface Expired {
  readonly id: string;
  readonly endpoint: string;
  readonly error: string;
}

/**
 * Gives up deliveries that were due for so many days and never tried, because their endpoint is switched off or is none
 * of those in WEBHOOKS, and nobody put it right. Tells which.
 */
export async function expireDeliveries(
  sql: Sql,
  endpoints: readonly string[],
  days: number,
): Promise<Expired[]> {
  return await sql<Expired[]>`
    update deliveries set
      state = 'dead', ended_at = jobwatch_now(), claim_token = null, claimed_until = null,
      last_error = concat_ws('; ', ${`not tried within RETENTION_DAYS (${days})`}::text, nullif(last_error, ''))
    -- an array: the batch is looked up by its ids whatever the planner thinks of its size
    where id = any(array(
      select id from deliveries
      where state = 'pending' and next_attempt_at < (select jobwatch_now() - ${days} * interval '1 day')
        and (claimed_until is null or claimed_until < (select jobwatch_now()))
        and (endpoint not in (select json_array_elements_text(${JSON.stringify(endpoints)}::text::json))
          or endpoint in (select name from endpoints where disabled_at is not null))
      order by next_attempt_at limit ${EXPIRE_BATCH} for update skip locked))
    returning id, endpoint, last_error as error`;
}
