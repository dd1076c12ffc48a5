import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Sql, Store } from '../store/store.ts';
import { LEASE_SECONDS } from '../sweep/claim/lease.ts';
import { DISCOVER_EVERY_SECONDS } from '../sweep/discover.ts';
import { MASS_VANISH_HOLD_SECONDS } from '../sweep/settle/settle-gone.ts';
import { LONGEST_PUT_OFF_SECONDS } from '../throttle/lanes.ts';
import { errorDelayMs } from '../throttle/schedule.ts';
import { RECONCILE_EVERY_SECONDS } from './rule-states.ts';

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
  readonly lookAfterSeconds: number;
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
  lookAfterSeconds,
}: AfterClockBack): Promise<void> {
  for (;;) {
    const broughtBack = await store.transaction(async (sql) => {
      const { now, isBack } = await readClock(sql);
      /** Times later than this are none of this clock's. */
      const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);
      const afterAtMost = (seconds: number) => (isBack ? now : after(seconds));
      // Sent together: one round trip.
      const counts = await Promise.all([
        lonelyChecks(sql, now, afterAtMost(MAX_CHECK_DELAY_MS / 1000)),
        cohortChecks(sql, afterAtMost(MAX_CHECK_DELAY_MS / 1000)),
        watchLeases(sql, after(LEASE_SECONDS)),
        cohortLeases(sql, after(LEASE_SECONDS)),
        groupLeases(sql),
        intents(sql, now, afterAtMost(LONGEST_PUT_OFF_SECONDS), lookAfterSeconds),
        intentLeases(sql, after(LEASE_SECONDS)),
        lanes(sql, afterAtMost(LONGEST_PUT_OFF_SECONDS)),
        rules(sql, afterAtMost(RECONCILE_EVERY_SECONDS)),
        discoveries(sql, afterAtMost(DISCOVER_EVERY_SECONDS)),
      ]);
      return counts.map(({ count }) => count);
    });
    const rows = broughtBack.reduce((sum, count) => sum + count, 0);
    if (rows > 0)
      log.warn('the database clock was put back: what it had put off is due', { code: 'ClockBack', rows });
    if (Math.max(...broughtBack) < BACK_BATCH || clock.now() >= deadlineMs) return;
  }
}

/**
 * The time, which is told to the planner too: it then knows how little lies behind it. And whether the last sweep began
 * in the future: that is so until the next is noted, and whoever dies before leaves it to that one.
 */
async function readClock(sql: Sql): Promise<{ now: Date; isBack: boolean }> {
  const [clock] = await sql<{ now: Date; isBack: boolean }[]>`
    select now, coalesce((select max(started_at) from last_sweep) > now + ${CLOCK_BACK_SECONDS} * interval '1 second', false)
      as "isBack"
    from (select jobwatch_now() as now) as clock`;
  if (clock === undefined) throw new Error('the store did not tell its time');
  return clock;
}

/** A time of nobody's, later than any: what waits for something else is put off until 'infinity'. */
const END_OF_TIME = '9999-01-01';

function lonelyChecks(sql: Sql, now: Date, after: Date) {
  return sql`
    with far as (
      select job_id from watches
      where outcome = '' and apart_at is not null
        and (apart_at > ${after} or (created_at > ${now} and apart_at > ${now}))
      order by bucket, region, tag, apart_at limit ${BACK_BATCH} for update skip locked
    )
    update watches w set apart_at = jobwatch_now() from far where w.job_id = far.job_id`;
}

/** Groups without a watch wait for a day, and for nobody. */
function cohortChecks(sql: Sql, after: Date) {
  return sql`
    with far as (
      select bucket, region, tag, queue_id, starts_at from watch_cohorts
      where empty_since is null and next_check_at > ${after}
      order by next_check_at limit ${BACK_BATCH} for update skip locked
    )
    update watch_cohorts c set next_check_at = jobwatch_now()
    from far
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
      = (far.bucket, far.region, far.tag, far.queue_id, far.starts_at)`;
}

function watchLeases(sql: Sql, after: Date) {
  return sql`
    with held as (
      select job_id from watches
      where claim_token is not null and claimed_until > ${after}
      limit ${BACK_BATCH} for update skip locked
    )
    update watches w set claimed_until = jobwatch_now() from held where w.job_id = held.job_id`;
}

function cohortLeases(sql: Sql, after: Date) {
  return sql`
    with held as (
      select bucket, region, tag, queue_id, starts_at from watch_cohorts
      where lease_token is not null and leased_until > ${after}
      limit ${BACK_BATCH} for update skip locked
    )
    update watch_cohorts c set leased_until = jobwatch_now()
    from held
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
      = (held.bucket, held.region, held.tag, held.queue_id, held.starts_at)`;
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
function intents(sql: Sql, now: Date, after: Date, lookAfterSeconds: number) {
  return sql`
    with far as (
      select id from intents
      where settled_at is null and next_try_at > ${after} and next_try_at < ${END_OF_TIME}
      order by next_try_at limit ${BACK_BATCH} for update skip locked
    ), young as (
      select id from intents
      where settled_at is null and created_at > ${now} and next_try_at between created_at - interval '1 second' and ${END_OF_TIME}
      order by created_at desc limit ${BACK_BATCH} for update skip locked
    )
    update intents set
      next_try_at = case when state = 'pending' then now.at
        else least(next_try_at - greatest(posted_at - now.at, interval '0'), now.at + longest.post + longest.settle) end,
      post_until = case when state <> 'pending'
        then least(post_until - greatest(posted_at - now.at, interval '0'), now.at + longest.post) end,
      -- not least(): what was not posted would be by that
      posted_at = case when posted_at > now.at then now.at else posted_at end
    from (select jobwatch_now() as at) as now,
      (select ${MAX_POST_SECONDS} * interval '1 second' as post, ${lookAfterSeconds} * interval '1 second' as settle) as longest
    where id in (select id from far union select id from young)
      and (state = 'pending' or posted_at > now.at or next_try_at > now.at + longest.post + longest.settle)`;
}

function intentLeases(sql: Sql, after: Date) {
  return sql`
    with held as (
      select id from intents
      where settled_at is null and claimed_until > ${after}
      limit ${BACK_BATCH} for update skip locked
    )
    update intents i set claimed_until = jobwatch_now() from held where i.id = held.id`;
}

function lanes(sql: Sql, after: Date) {
  return sql`
    update lanes set put_off_until = null where put_off_until > ${after}`;
}

function rules(sql: Sql, after: Date) {
  return sql`
    update rule_states set
      reconcile_at = least(reconcile_at, now.at),
      active_since = least(active_since, now.at), known_since = least(known_since, now.at)
    from (select jobwatch_now() as at) as now
    where reconcile_at > ${after} or active_since > now.at or known_since > now.at`;
}

function discoveries(sql: Sql, after: Date) {
  return sql`
    update discovery_cursors set next_at = jobwatch_now() where next_at > ${after}`;
}
