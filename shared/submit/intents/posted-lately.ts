import type { Sql } from '../../store/store.ts';

/** What a rule's `maxJobsPerHour` is counted over. */
const BRAKE_WINDOW_SECONDS = 3600;

/** Whether an intent was posted within the window of a rule's `maxJobsPerHour`, seen from `at`. */
export function isPostedLately(sql: Sql, at: ReturnType<Sql>) {
  // What was posted in the future was posted by a clock that has been put back.
  return sql`(posted_at > ${at} - ${BRAKE_WINDOW_SECONDS} * interval '1 second' and posted_at < ${at} + interval '1 minute')`;
}

/**
 * In how many seconds the rule has fewer than `most` submissions within the window; undefined when it has fewer now.
 * @param behind only those that orders made are counted
 */
export async function secondsUntilFree(
  sql: Sql,
  rule: string,
  most: number,
  { behind = false } = {},
): Promise<number | undefined> {
  const [full] = await sql<{ seconds: number }[]>`
    select extract(epoch from posted_at - jobwatch_now())::float8 + ${BRAKE_WINDOW_SECONDS} as seconds from intents
    where rule = ${rule} and ${isPostedLately(sql, sql`jobwatch_now()`)}
      ${behind ? sql`and behind_of is not null` : sql``}
    order by posted_at desc
    offset ${most - 1} limit 1`;
  return full?.seconds;
}
