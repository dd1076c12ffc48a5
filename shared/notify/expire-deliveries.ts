import type { Sql } from '../store/store.ts';

export interface Expired {
  readonly id: string;
  readonly endpoint: string;
  readonly error: string;
}

/**
 * Gives up at most so many deliveries that were due for so many days and never tried, because their endpoint is switched
 * off or is none of those in WEBHOOKS, and nobody put it right. Tells which.
 */
export async function expireDeliveries(
  sql: Sql,
  endpoints: readonly string[],
  { days, rows }: { days: number; rows: number },
): Promise<Expired[]> {
  return await sql<Expired[]>`
    -- endpoint by endpoint: what waits for one that is served is not gone through
    with recursive waiting as (
      (select endpoint from deliveries where state = 'pending' order by endpoint limit 1)
      union all
      select (
        select d.endpoint from deliveries d
        where d.state = 'pending' and d.endpoint > waiting.endpoint order by d.endpoint limit 1)
      from waiting where waiting.endpoint is not null
    )
    update deliveries set
      state = 'dead', ended_at = jobwatch_now(), claim_token = null, claimed_until = null,
      last_error = concat_ws('; ', ${`not tried within RETENTION_DAYS (${days})`}::text, nullif(last_error, ''))
    -- an array: the batch is looked up by its ids whatever the planner thinks of its size
    where id = any(array(
      select old.id from waiting cross join lateral (
        select d.id from deliveries d
        where d.endpoint = waiting.endpoint and d.state = 'pending'
          and d.next_attempt_at < (select jobwatch_now() - ${days} * interval '1 day')
          and (d.claimed_until is null or d.claimed_until < (select jobwatch_now()))
        order by d.next_attempt_at limit ${rows} for update skip locked) old
      where waiting.endpoint not in (select json_array_elements_text(${JSON.stringify(endpoints)}::text::json))
        or waiting.endpoint in (select name from endpoints where disabled_at is not null)
      limit ${rows}))
    returning id, endpoint, last_error as error`;
}
