import type { Sql } from '../store/store.ts';
import { takeEndpointTurn } from './endpoint-turn.ts';

/** Dead deliveries are counted so far when they are ordered to go out again; all of them do. */
const MAX_COUNTED_DEAD = 100_000;

/** What is to go out again. */
export interface Recovery {
  readonly Count: number;
}

/**
 * Orders that what is dead and was made since then goes out again; `deliver` works it off. An order that is under way
 * reaches back to the earlier of both times. Undefined when there never was such an endpoint.
 */
export async function orderRecovery(sql: Sql, endpoint: string, since: Date): Promise<Recovery | undefined> {
  const [order] = await sql<{ since: Date }[]>`
    update endpoints set
      recover_since = least(recover_since, ${since}::timestamptz), recover_ordered_at = jobwatch_now()
    where name = ${endpoint}
    returning recover_since as since`;
  if (order === undefined) return undefined;
  const [dead] = await sql<Recovery[]>`
    select count(*)::int as "Count" from (
      select 1 from deliveries
      where endpoint = ${endpoint} and state = 'dead' and created_at >= ${order.since}
      limit ${MAX_COUNTED_DEAD}) as found`;
  return dead;
}

/** Which of these endpoints have an order. */
export async function endpointsToRecover(sql: Sql, names: readonly string[]): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select name from endpoints where recover_since is not null and name = any(${[...names]}) order by name`;
  return rows.map(({ name }) => name);
}

/**
 * Sends at most so many again, the oldest first, with all attempts before them. What dies anew is not sent a second time by
 * the same order. Resolves with their number; fewer than `rows`: the order is done.
 */
export async function recoverSome(sql: Sql, endpoint: string, rows: number): Promise<number> {
  await takeEndpointTurn(sql, endpoint, true);
  const { count } = await sql`
    update deliveries set state = 'pending', attempts = 0, next_attempt_at = jobwatch_now(), ended_at = null
    -- an array: the batch is looked up by its ids whatever the planner thinks of its size
    where id = any(array(
      select d.id from deliveries d join endpoints e on e.name = d.endpoint
      where d.endpoint = ${endpoint} and d.state = 'dead'
        and d.created_at >= (select recover_since from endpoints where name = ${endpoint})
        and d.ended_at <= e.recover_ordered_at
      order by d.created_at, d.id limit ${rows}))`;
  if (count < rows)
    await sql`update endpoints set recover_since = null, recover_ordered_at = null where name = ${endpoint}`;
  return count;
}
