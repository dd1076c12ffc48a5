import type { Sql } from '../store/store.ts';
import { BACK_BATCH, type BroughtBack, type JudgedClock, latestDue } from '../throttle/clock-back.ts';
import { errorDelayMs } from '../throttle/schedule.ts';

const MAX_CHECK_DELAY_SECONDS = errorDelayMs(Number.MAX_SAFE_INTEGER, 1) / 1000;

/** Checks that a clock which was put back since has set: of watches that stand apart, and of cohorts. */
export function bringChecksBack(sql: Sql, clock: JudgedClock): BroughtBack {
  const { now } = clock;
  const latest = latestDue(clock, MAX_CHECK_DELAY_SECONDS);
  return [
    sql`
      with far as (
        select job_id from watches
        where outcome = '' and apart_at is not null
          and (apart_at > ${latest} or (created_at > ${now} and apart_at > ${now}))
        order by bucket, region, tag, apart_at limit ${BACK_BATCH} for update skip locked
      )
      update watches w set apart_at = jobwatch_now() from far where w.job_id = far.job_id`,
    // Groups without a watch wait for a day, and for nobody.
    sql`
      with far as (
        select bucket, region, tag, queue_id, starts_at from watch_cohorts
        where empty_since is null and next_check_at > ${latest}
        order by next_check_at limit ${BACK_BATCH} for update skip locked
      )
      update watch_cohorts c set next_check_at = jobwatch_now()
      from far
      where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
        = (far.bucket, far.region, far.tag, far.queue_id, far.starts_at)`,
  ];
}
