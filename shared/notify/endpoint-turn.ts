import type { Sql } from '../store/store.ts';
import { BACK_BATCH } from '../throttle/clock-back.ts';
import { DELIVERY_LEASE_SECONDS } from './claim-deliveries.ts';

/** An endpoint's row tells when its deliveries were last seen to, to within this. */
export const TOUCH_SECONDS = 10;
/** When that is so far ahead, the clock was put back. */
const CLOCK_BACK_SECONDS = 1;

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
export async function takeEndpointTurn(
  sql: Sql,
  endpoint: string,
  wait: boolean,
): Promise<EndpointTurn | undefined> {
  const [held] = await sql<(EndpointTurn & { isBack: boolean; isStale: boolean })[]>`
    select ${state(sql)}, coalesce(touched_at > jobwatch_now() + ${CLOCK_BACK_SECONDS} * interval '1 second', false) as "isBack",
      coalesce(touched_at < jobwatch_now() - ${TOUCH_SECONDS} * interval '1 second', true) as "isStale"
    from endpoints where name = ${endpoint} for update ${wait ? sql`` : sql`skip locked`}`;
  if (held?.isBack) return await bringBack(sql, endpoint);
  if (held?.isStale) await sql`update endpoints set touched_at = jobwatch_now() where name = ${endpoint}`;
  return held;
}

/**
 * The database's clock was ahead when the deliveries were last seen to, and has been put right since: what was put off
 * by it is due, or would wait until that time comes. So are those that wait for one of them; none of them is sent
 * before its turn.
 */
async function bringBack(sql: Sql, endpoint: string): Promise<EndpointTurn | undefined> {
  const { count } = await sql`
    update deliveries set next_attempt_at = jobwatch_now()
    -- an array: the batch is looked up by its ids whatever the planner thinks of its size
    where id = any(array(
      select id from deliveries
      where endpoint = ${endpoint} and state = 'pending' and next_attempt_at > (select jobwatch_now())
      order by next_attempt_at limit ${BACK_BATCH}))`;
  await sql`
    update deliveries set claimed_until = jobwatch_now()
    where endpoint = ${endpoint} and claim_token is not null
      and claimed_until > (select jobwatch_now() + ${DELIVERY_LEASE_SECONDS} * interval '1 second')`;
  const [turn] = await sql<EndpointTurn[]>`
    update endpoints set
      -- whoever wants to be left alone by that clock is asked anew
      paused_until = case when paused_until < touched_at - ${TOUCH_SECONDS} * interval '1 second' then paused_until end,
      touched_at = case when ${count < BACK_BATCH} then jobwatch_now() else touched_at end
    where name = ${endpoint}
    returning ${state(sql)}`;
  return turn;
}

/** Switches an endpoint off that is gone, or leaves it alone for as long as it asked for. */
export async function switchOffOrPause(
  sql: Sql,
  endpoint: string,
  { isGone, pauseMs }: { isGone: boolean; pauseMs: number },
): Promise<EndpointTurn | undefined> {
  const [turn] = await sql<EndpointTurn[]>`
    update endpoints set
      disabled_at = case when ${isGone} then coalesce(disabled_at, jobwatch_now()) else disabled_at end,
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
