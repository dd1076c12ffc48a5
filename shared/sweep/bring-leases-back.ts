import type { Sql } from '../store/store.ts';
import {
  BACK_BATCH,
  type BroughtBack,
  type JudgedClock,
  latestDue,
  latestEnd,
} from '../throttle/clock-back.ts';
import { LEASE_SECONDS } from './claim/lease.ts';
import { DISCOVER_EVERY_SECONDS } from './discover.ts';
import { MASS_VANISH_HOLD_SECONDS } from './settle/close-missing.ts';

/** What a clock which was put back since has leased to sweeps, or told them not to do yet. */
export function bringLeasesBack(sql: Sql, clock: JudgedClock): BroughtBack {
  const latest = latestEnd(clock, LEASE_SECONDS);
  const latestHold = latestEnd(clock, MASS_VANISH_HOLD_SECONDS);
  return [
    sql`
      with held as (
        select job_id from watches
        where claim_token is not null and claimed_until > ${latest}
        limit ${BACK_BATCH} for update skip locked
      )
      update watches w set claimed_until = jobwatch_now() from held where w.job_id = held.job_id`,
    sql`
      with held as (
        select bucket, region, tag, queue_id, starts_at from watch_cohorts
        where lease_token is not null and leased_until > ${latest}
        limit ${BACK_BATCH} for update skip locked
      )
      update watch_cohorts c set leased_until = jobwatch_now()
      from held
      where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
        = (held.bucket, held.region, held.tag, held.queue_id, held.starts_at)`,
    // They come to their longest: an alarm that holds a group back is none of the clock's making.
    sql`
      with held as (
        select bucket, region, tag, queue_id from watch_groups
        where leased_until > ${latest} or missing_held_until > ${latestHold}
        limit ${BACK_BATCH} for update skip locked
      )
      update watch_groups g set
        leased_until = least(leased_until, ${latest}), missing_held_until = least(missing_held_until, ${latestHold})
      from held
      where (g.bucket, g.region, g.tag, g.queue_id) = (held.bucket, held.region, held.tag, held.queue_id)`,
    sql`
      with far as (
        select bucket, region, tag from discovery_cursors
        where next_at > ${latestDue(clock, DISCOVER_EVERY_SECONDS)}
        limit ${BACK_BATCH} for update skip locked
      )
      update discovery_cursors d set next_at = jobwatch_now()
      from far where (d.bucket, d.region, d.tag) = (far.bucket, far.region, far.tag)`,
  ];
}
