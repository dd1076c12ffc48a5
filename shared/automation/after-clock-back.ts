import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { DISCOVER_EVERY_SECONDS } from '../watch/discover.ts';
import { LONGEST_PUT_OFF_SECONDS } from '../watch/lanes.ts';
import { errorDelayMs } from '../watch/schedule.ts';
import type { Sql, Store } from '../watch/store.ts';
import { LEASE_SECONDS } from '../watch/sweep/claim.ts';
import { MASS_VANISH_HOLD_SECONDS } from '../watch/sweep/sweep-group.ts';
import { RECONCILE_EVERY_SECONDS } from './reconcile.ts';

/** A sweep that began so much later than now began by a clock that was put back since. */
const CLOCK_BACK_SECONDS = 1;
/** Rows of a kind that one statement brings back. */
const BACK_BATCH = 500;
/** No POST may take longer: the platform's own limit of a timeout. */
const MAX_POST_SECONDS = 900;
const MAX_CHECK_DELAY_MS = errorDelayMs(Number.MAX_SAFE_INTEGER, 1);

export interface AfterClockBack {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly deadlineMs: number;
  readonly settleSeconds: number;
}

/**
 * Brings back what was put off by a database clock that was ahead and has been put right since: it must not wait until
 * that time comes. It is known by lying further ahead than it can ever be set, by having been made in the future, or by
 * a last sweep that began in the future; then everything that waits is due. Goes by indexes, and finds nothing
 * normally. Leases come to their longest, and what may be under way at CI keeps all of its time.
 */
export async function afterClockBack({
  store,
  clock,
  log,
  deadlineMs,
  settleSeconds,
}: AfterClockBack): Promise<void> {
  for (;;) {
    const broughtBack = await store.transaction(async (sql) => {
      const isBack = await wasPutBack(sql);
      const waits = (seconds: number) => (isBack ? 0 : seconds);
      // Sent together: one round trip.
      const counts = await Promise.all([
        checks(sql, waits(MAX_CHECK_DELAY_MS / 1000)),
        watchLeases(sql),
        groupLeases(sql),
        intents(sql, waits(LONGEST_PUT_OFF_SECONDS), settleSeconds),
        lanes(sql, waits(LONGEST_PUT_OFF_SECONDS)),
        intentLeases(sql),
        rules(sql, waits(RECONCILE_EVERY_SECONDS)),
        discoveries(sql, waits(DISCOVER_EVERY_SECONDS)),
      ]);
      return counts.map(({ count }) => count);
    });
    const rows = broughtBack.reduce((sum, count) => sum + count, 0);
    if (rows > 0)
      log.warn('the database clock was put back: what it had put off is due', { code: 'ClockBack', rows });
    if (Math.max(...broughtBack) < BACK_BATCH || clock.now() >= deadlineMs) return;
  }
}

/** Known until the next sweep is noted: whoever dies before that leaves it to the next. */
async function wasPutBack(sql: Sql): Promise<boolean> {
  const [last] = await sql<{ ahead: boolean }[]>`
    select started_at > jobwatch_now() + ${CLOCK_BACK_SECONDS} * interval '1 second' as ahead from last_sweep`;
  return last?.ahead ?? false;
}

/** A time of nobody's, later than any: what waits for something else is put off until 'infinity'. */
const END_OF_TIME = '9999-01-01';

function checks(sql: Sql, seconds: number) {
  return sql`
    with far as (
      select job_id from watches
      where outcome = '' and next_check_at > (select jobwatch_now() + ${seconds}::float8 * interval '1 second')
        and next_check_at < ${END_OF_TIME}
      order by next_check_at limit ${BACK_BATCH} for update skip locked
    ), young as (
      select job_id from watches
      where created_at > (select jobwatch_now()) and outcome = ''
        and next_check_at between created_at and ${END_OF_TIME}
      order by created_at desc limit ${BACK_BATCH} for update skip locked
    )
    update watches set next_check_at = jobwatch_now()
    where job_id in (select job_id from far union select job_id from young)`;
}

function watchLeases(sql: Sql) {
  return sql`
    with held as (
      select job_id from watches
      where claim_token is not null
        and claimed_until > (select jobwatch_now() + ${LEASE_SECONDS} * interval '1 second')
      limit ${BACK_BATCH} for update skip locked
    )
    update watches w set claimed_until = jobwatch_now() from held where w.job_id = held.job_id`;
}

function groupLeases(sql: Sql) {
  return sql`
    update watch_groups set
      leased_until = least(leased_until, now.at + ${LEASE_SECONDS} * interval '1 second'),
      missing_held_until = least(missing_held_until, now.at + ${MASS_VANISH_HOLD_SECONDS} * interval '1 second')
    from (select jobwatch_now() as at) as now
    where leased_until > now.at + ${LEASE_SECONDS} * interval '1 second'
      or missing_held_until > now.at + ${MASS_VANISH_HOLD_SECONDS} * interval '1 second'`;
}

/** A POST that was made by that clock keeps its time from now on: until it is over nobody may look for its job. */
function intents(sql: Sql, seconds: number, settleSeconds: number) {
  return sql`
    with far as (
      select id from intents
      where settled_at is null and next_try_at > (select jobwatch_now() + ${seconds}::float8 * interval '1 second')
        and next_try_at < ${END_OF_TIME}
      order by next_try_at limit ${BACK_BATCH} for update skip locked
    ), young as (
      select id from intents
      where settled_at is null and created_at > (select jobwatch_now())
        and next_try_at between created_at and ${END_OF_TIME}
      order by created_at desc limit ${BACK_BATCH} for update skip locked
    )
    update intents set
      next_try_at = case when state = 'pending' then now.at
        else least(next_try_at - greatest(posted_at - now.at, interval '0'), now.at + longest.post + longest.settle) end,
      post_until = case when state <> 'pending'
        then least(post_until - greatest(posted_at - now.at, interval '0'), now.at + longest.post) end,
      posted_at = least(posted_at, now.at)
    from (select jobwatch_now() as at) as now,
      (select ${MAX_POST_SECONDS} * interval '1 second' as post, ${settleSeconds} * interval '1 second' as settle) as longest
    where id in (select id from far union select id from young)
      and (state = 'pending' or posted_at > now.at or next_try_at > now.at + longest.post + longest.settle)`;
}

function intentLeases(sql: Sql) {
  return sql`
    with held as (
      select id from intents
      where settled_at is null and claimed_until > (select jobwatch_now() + ${LEASE_SECONDS} * interval '1 second')
      limit ${BACK_BATCH} for update skip locked
    )
    update intents i set claimed_until = jobwatch_now() from held where i.id = held.id`;
}

function lanes(sql: Sql, seconds: number) {
  return sql`
    update lanes set put_off_until = null
    where put_off_until > jobwatch_now() + ${seconds}::float8 * interval '1 second'`;
}

function rules(sql: Sql, seconds: number) {
  return sql`
    update rule_states set
      reconcile_at = least(reconcile_at, now.at),
      active_since = least(active_since, now.at), known_since = least(known_since, now.at)
    from (select jobwatch_now() as at) as now
    where reconcile_at > now.at + ${seconds}::float8 * interval '1 second' or active_since > now.at or known_since > now.at`;
}

function discoveries(sql: Sql, seconds: number) {
  return sql`
    update discovery_cursors set next_at = now.at
    from (select jobwatch_now() as at) as now
    where next_at > now.at + ${seconds}::float8 * interval '1 second'`;
}
