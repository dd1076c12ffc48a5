import type { Sql } from '../watch/store.ts';

/** An endpoint whose row is held for this transaction. */
export interface EndpointTurn {
  /** false: it is switched off */
  readonly isOn: boolean;
  /** how long it still wants to be left alone */
  readonly pauseMs: number;
}

/**
 * Holds the endpoint's row for this transaction: whoever changes its deliveries does, so that two never wait for each
 * other. Undefined when it is in somebody else's hands right now and there is no need to `wait`.
 */
export async function takeTurn(sql: Sql, endpoint: string, wait: boolean): Promise<EndpointTurn | undefined> {
  const [turn] = await sql<EndpointTurn[]>`
    select ${state(sql)} from endpoints where name = ${endpoint} for update ${wait ? sql`` : sql`skip locked`}`;
  return turn;
}

/** Switches an endpoint off that is gone, or leaves it alone for as long as it asked for. */
export async function holdBack(
  sql: Sql,
  endpoint: string,
  { gone, pauseMs }: { gone: boolean; pauseMs: number },
): Promise<EndpointTurn | undefined> {
  const [turn] = await sql<EndpointTurn[]>`
    update endpoints set
      disabled_at = case when ${gone} then coalesce(disabled_at, jobwatch_now()) else disabled_at end,
      paused_until = greatest(paused_until, jobwatch_now() + ${pauseMs}::float8 * interval '1 millisecond')
    where name = ${endpoint}
    returning ${state(sql)}`;
  return turn;
}

function state(sql: Sql) {
  return sql`
    disabled_at is null as "isOn",
    greatest(0, coalesce(extract(epoch from paused_until - jobwatch_now()) * 1000, 0))::float8 as "pauseMs"`;
}
