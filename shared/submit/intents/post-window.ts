import type { Sql } from '../../store/store.ts';

/** How long a POST may take, and CI after it to list the job. */
export interface PostTimes {
  readonly postMs: number;
  /** SUBMIT_SETTLE_SECONDS */
  readonly lookAfterSeconds: number;
}

/**
 * The window of a POST that begins at `now.at`: until `postUntil` it may be under way, and from `lookFrom` on CI lists
 * its job, if it took it.
 */
export function postWindow(sql: Sql, { postMs, lookAfterSeconds }: PostTimes) {
  return {
    postUntil: sql`now.at + ${postMs}::float8 * interval '1 millisecond'`,
    lookFrom: sql`now.at + ${postMs}::float8 * interval '1 millisecond' + ${lookAfterSeconds}::float8 * interval '1 second'`,
  };
}
