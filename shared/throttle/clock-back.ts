import type { Sql } from '../store/store.ts';
import { LONGEST_PUT_OFF_SECONDS } from './lanes.ts';

/** Rows of a kind that one statement brings back. */
export const BACK_BATCH = 500;

/** The database's clock, as what it has put off is judged by. */
export interface JudgedClock {
  readonly now: Date;
  /** it was put back since the last sweep: then everything that waits is due */
  readonly isBack: boolean;
}

/** How many rows each statement brought back. */
export type BroughtBack = Promise<{ readonly count: number }>[];

/** Nothing that is put off for so many seconds at most can be due later than this, unless the clock was put back. */
export function latestDue({ now, isBack }: JudgedClock, seconds: number): Date {
  return isBack ? now : latestEnd({ now }, seconds);
}

/** The same for leases, which a clock that was put back does not end at once: their holders may be at work. */
export function latestEnd({ now }: Pick<JudgedClock, 'now'>, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}

/*
 * What brings rows back in any room takes only those that nobody holds (`skip locked`): it waits for no one, so that it
 * and whoever locks the same rows in another order cannot wait for each other.
 */

export function bringLanesBack(sql: Sql, clock: JudgedClock): BroughtBack {
  return [
    sql`
      with far as (
        select kind, bucket, region, rule from lanes
        where put_off_until > ${latestDue(clock, LONGEST_PUT_OFF_SECONDS)}
        limit ${BACK_BATCH} for update skip locked
      )
      update lanes l set put_off_until = null
      from far
      where (l.kind, l.bucket, l.region, l.rule) = (far.kind, far.bucket, far.region, far.rule)`,
  ];
}
