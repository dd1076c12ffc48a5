import type { Sql } from '../watch/store.ts';
import { ATTEMPT_GAPS_SECONDS } from './retry-table.ts';
import type { Verdict } from './verdict.ts';

export interface Attempted {
  readonly id: string;
  readonly verdict: Verdict;
}

/** What became of a delivery. */
export interface Settled {
  readonly id: string;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly error: string;
}

/** What attempts came to. */
interface Outcome {
  readonly settled: readonly Settled[];
  /** the endpoint was on until these attempts */
  readonly switchedOff: boolean;
}

/**
 * Writes down how attempts went. That one arrived is a fact, whoever holds the delivery by now; what follows from a
 * failure is for the lease's holder to say.
 */
export async function settleDeliveries(
  sql: Sql,
  endpoint: string,
  token: string,
  attempted: readonly Attempted[],
): Promise<Outcome> {
  if (attempted.length === 0) return { settled: [], switchedOff: false };
  const [turn] = await sql<{ on: boolean }[]>`
    select disabled_at is null as on from endpoints where name = ${endpoint} for update`;
  const settled = await sql<Settled[]>`
    with attempt as (
      select * from json_to_recordset(${JSON.stringify(attempted.map(toRecord))}::text::json)
        as a (id text, outcome text, status integer, error text)
    ), gap as (
      select ordinality - 1 as attempts, seconds::float8
      from json_array_elements_text(${JSON.stringify(ATTEMPT_GAPS_SECONDS)}::text::json) with ordinality as g (seconds)
    ), counted as (
      select d.id, d.attempts + case when a.outcome = 'gone' then 0 else 1 end as attempts, a.outcome, a.status, a.error
      from deliveries d join attempt a using (id)
      -- Ids in so many words, and "pending" by another name: else the planner, which knows little of a new backlog,
      -- reads all that is pending to find these few.
      where d.id in ${sql(attempted.map(({ id }) => id))} and d.ended_at is null
        and (d.claim_token = ${token} or a.outcome = 'delivered')
      order by d.id
      for update of d
    )
    update deliveries d set
      state = case when c.outcome = 'delivered' then 'delivered'
        when c.outcome = 'failed' and gap.seconds is null then 'dead' else 'pending' end,
      attempts = c.attempts,
      next_attempt_at = jobwatch_now()
        + case when c.outcome = 'failed' then coalesce(gap.seconds, 0) else 0 end * interval '1 second',
      last_status = c.status,
      last_error = c.error,
      ended_at = case when c.outcome = 'delivered' or (c.outcome = 'failed' and gap.seconds is null)
        then jobwatch_now() end,
      claim_token = null, claimed_until = null
    from counted c left join gap on gap.attempts = c.attempts
    where d.id = c.id
    returning d.id, d.state, d.last_error as error`;
  const waiting = settled.filter(({ state }) => state === 'pending').map(({ id }) => id);
  if (waiting.length > 0) await holdBackLater(sql, waiting);
  const gone = await holdBackEndpoint(sql, endpoint, attempted);
  // Several attempts under way may be told that it is gone: the first one switches it off.
  return { settled, switchedOff: gone && turn?.on === true };
}

/** Later deliveries of the same job and endpoint need not be looked at before the one that they wait for. */
async function holdBackLater(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql`
    update deliveries later set next_attempt_at = greatest(later.next_attempt_at, d.next_attempt_at)
    from deliveries d
    where d.id in ${sql(ids)}
      and later.endpoint = d.endpoint and later.job_id = d.job_id and later.state = 'pending'
      and later.event_seq > d.event_seq`;
}

/** Switches an endpoint off that is gone, or leaves it alone for as long as it asked for. Tells whether it is gone. */
async function holdBackEndpoint(
  sql: Sql,
  endpoint: string,
  attempted: readonly Attempted[],
): Promise<boolean> {
  const gone = attempted.some(({ verdict }) => verdict.outcome === 'gone');
  const pauseMs = Math.max(
    0,
    ...attempted.map(({ verdict }) => (verdict.outcome === 'failed' ? verdict.pauseMs : 0)),
  );
  if (!gone && pauseMs === 0) return false;
  await sql`
    update endpoints set
      disabled_at = case when ${gone} then coalesce(disabled_at, jobwatch_now()) else disabled_at end,
      paused_until = greatest(paused_until, jobwatch_now() + ${pauseMs}::float8 * interval '1 millisecond')
    where name = ${endpoint}`;
  return gone;
}

function toRecord({ id, verdict }: Attempted) {
  const error = verdict.outcome === 'delivered' ? '' : verdict.error;
  return { id, outcome: verdict.outcome, status: verdict.status, error };
}
