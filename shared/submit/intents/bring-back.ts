import type { Sql } from '../../store/store.ts';
import { LEASE_SECONDS } from '../../sweep/claim/lease.ts';
import {
  BACK_BATCH,
  type BroughtBack,
  type JudgedClock,
  latestDue,
  latestEnd,
} from '../../throttle/clock-back.ts';
import { LONGEST_PUT_OFF_SECONDS } from '../../throttle/lanes.ts';
import { postWindow } from './post-window.ts';

/** No POST may take longer: the platform's own limit of a timeout. */
const MAX_POST_SECONDS = 900;
/** A time of nobody's, later than any: what waits for something else is put off until 'infinity'. */
const END_OF_TIME = '9999-01-01';

/**
 * What a clock which was put back since has put off or leased. A POST that was made by that clock keeps its time from
 * now on: until it is over nobody may look for its job.
 */
export function bringIntentsBack(sql: Sql, clock: JudgedClock, lookAfterSeconds: number): BroughtBack {
  const { now } = clock;
  const longest = postWindow(sql, { postMs: MAX_POST_SECONDS * 1000, lookAfterSeconds });
  return [
    sql`
      with far as (
        select id from intents
        where settled_at is null and next_try_at > ${latestDue(clock, LONGEST_PUT_OFF_SECONDS)}
          and next_try_at < ${END_OF_TIME}
        order by next_try_at limit ${BACK_BATCH} for update skip locked
      ), young as (
        select id from intents
        where settled_at is null and created_at > ${now} and next_try_at between created_at - interval '1 second' and ${END_OF_TIME}
        order by created_at desc limit ${BACK_BATCH} for update skip locked
      )
      update intents set
        next_try_at = case when state = 'pending' then now.at
          else least(next_try_at - greatest(posted_at - now.at, interval '0'), ${longest.lookFrom}) end,
        post_until = case when state <> 'pending'
          then least(post_until - greatest(posted_at - now.at, interval '0'), ${longest.postUntil}) end,
        -- not least(): what was not posted would be by that
        posted_at = case when posted_at > now.at then now.at else posted_at end
      from (select jobwatch_now() as at) as now
      where id in (select id from far union select id from young)
        and (state = 'pending' or posted_at > now.at or next_try_at > ${longest.lookFrom})`,
    sql`
      with held as (
        select id from intents
        where settled_at is null and claimed_until > ${latestEnd(clock, LEASE_SECONDS)}
        limit ${BACK_BATCH} for update skip locked
      )
      update intents i set claimed_until = jobwatch_now() from held where i.id = held.id`,
  ];
}
