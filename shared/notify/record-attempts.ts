import type { Sql } from '../store/store.ts';
import { recordOwnEvent } from '../watch/record-own-event.ts';
import type { EndedAttempt } from './endpoint-attempts.ts';
import { type EndpointTurn, switchOffOrPause } from './endpoint-turn.ts';

/** What became of a delivery. */
export interface RecordedDelivery {
  readonly id: string;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly error: string;
}

/** What attempts came to. */
interface Recorded {
  readonly recorded: readonly RecordedDelivery[];
  /** the endpoint was on until these attempts */
  readonly switchedOff: boolean;
  /** the endpoint as it is now */
  readonly turn: EndpointTurn;
}

/** Seconds before each attempt of a delivery, as docs/delivery.md has them. After the last it is dead. */
export const ATTEMPT_GAPS_SECONDS: readonly number[] = [0, 5, 30, 120, 600, 1800, 7200, 18_000, 50_400];
/** An endpoint that asks for patience gets it for so long; then its answers count as failures. */
const PATIENCE_SECONDS = 86_400;

/**
 * Records how attempts went; whoever does holds the endpoint's turn. That one arrived is a fact, whoever holds the
 * delivery by now; what follows from a failure is for the lease's holder to say.
 */
export async function recordAttempts(
  sql: Sql,
  endpoint: string,
  token: string,
  attempts: readonly EndedAttempt[],
  turn: EndpointTurn,
): Promise<Recorded> {
  if (attempts.length === 0) return { recorded: [], switchedOff: false, turn };
  const recorded = await sql<RecordedDelivery[]>`
    with attempt as (
      select * from json_to_recordset(${JSON.stringify(attempts.map(toRecord))}::text::json)
        as a (id text, outcome text, status integer, error text)
    ), gap as (
      select ordinality - 1 as attempts, seconds::float8
      from json_array_elements_text(${JSON.stringify(ATTEMPT_GAPS_SECONDS)}::text::json) with ordinality as g (seconds)
    ), counted as (
      select d.id, a.outcome, a.status, a.error, d.attempts + case
          when a.outcome = 'gone' then 0
          when a.outcome = 'later' and d.created_at > jobwatch_now() - ${PATIENCE_SECONDS} * interval '1 second' then 0
          else 1 end as attempts
      from deliveries d join attempt a using (id)
      -- The ids as a list: else the planner, which knows little of a new backlog, reads all that is pending.
      where d.id in ${sql(attempts.map(({ id }) => id))}
        and case when a.outcome = 'delivered' then d.state <> 'delivered'
          else d.ended_at is null and d.claim_token = ${token} end
      order by d.id
      for update of d
    )
    update deliveries d set
      state = case when c.outcome = 'delivered' then 'delivered' when gap.seconds is null then 'dead' else 'pending' end,
      attempts = c.attempts,
      next_attempt_at = jobwatch_now()
        + case when c.outcome = 'failed' then coalesce(gap.seconds, 0) else 0 end * interval '1 second',
      last_status = c.status,
      last_error = c.error,
      ended_at = case when c.outcome = 'delivered' or gap.seconds is null then jobwatch_now() end,
      claim_token = null, claimed_until = null
    from counted c left join gap on gap.attempts = c.attempts
    where d.id = c.id
    returning d.id, d.state, d.last_error as error`;
  await noteLastAttempt(sql, endpoint, attempts);
  const waiting = recorded.filter(({ state }) => state === 'pending').map(({ id }) => id);
  if (waiting.length > 0) await postponeLater(sql, waiting);
  const isGone = attempts.some(({ verdict }) => verdict.outcome === 'gone');
  const pauseMs = Math.max(...attempts.map(({ verdict }) => ('pauseMs' in verdict ? verdict.pauseMs : 0)));
  if (!isGone && pauseMs === 0) return { recorded, switchedOff: false, turn };
  const now = (await switchOffOrPause(sql, endpoint, { isGone, pauseMs })) ?? turn;
  // Several attempts under way may be answered that it is gone: the first one switches it off.
  const switchedOff = isGone && turn.isOn;
  if (switchedOff)
    await recordOwnEvent(sql, {
      type: 'jobwatch.endpoint.off',
      subject: endpoint,
      data: { Endpoint: endpoint },
    });
  return { recorded, switchedOff, turn: now };
}

/** Later deliveries of the same job and endpoint need not be looked at before the one that they wait for. */
async function postponeLater(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql`
    update deliveries later set next_attempt_at = greatest(later.next_attempt_at, d.next_attempt_at)
    from deliveries d
    where d.id in ${sql(ids)}
      and later.endpoint = d.endpoint and later.job_id = d.job_id and later.state = 'pending'
      and later.event_seq > d.event_seq`;
}

/** What the endpoint's own line says of it: to the second, since several end in a moment. */
async function noteLastAttempt(sql: Sql, endpoint: string, attempts: readonly EndedAttempt[]): Promise<void> {
  const last = attempts.at(-1);
  if (last === undefined) return;
  const { status, error } = toRecord(last);
  const anyArrived = attempts.some(({ verdict }) => verdict.outcome === 'delivered');
  await sql`
    update endpoints set last_status = ${status}, last_error = ${error},
      last_delivered_at = case when ${anyArrived} then jobwatch_now() else last_delivered_at end
    where name = ${endpoint} and ((last_status, last_error) is distinct from (${status}::integer, ${error}::text)
      or (${anyArrived} and coalesce(last_delivered_at < jobwatch_now() - interval '1 second', true)))`;
}

function toRecord({ id, verdict }: EndedAttempt) {
  const error = verdict.outcome === 'delivered' ? '' : verdict.error;
  return { id, outcome: verdict.outcome, status: verdict.status, error };
}
