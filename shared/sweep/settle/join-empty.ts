import type { Sql } from '../../store/store.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { isOf } from '../../watch/cohorts/of-group.ts';
import { isFree, seconds } from '../../watch/cohorts/rows.ts';

/** What holds nothing goes with a neighbour that nobody has: the older one, else the younger. */
export async function joinEmpty(sql: Sql, group: Group, startMs: number): Promise<void> {
  const start = sql`to_timestamp(${seconds(startMs)}::float8)`;
  const [older] = await sql<{ free: boolean }[]>`
    select ${isFree(sql)} as free from watch_cohorts c
    where ${isOf(sql, group)} and c.starts_at < ${start}
    order by c.starts_at desc limit 1
    for update of c`;
  if (older) {
    if (older.free)
      await sql`delete from watch_cohorts c where ${isOf(sql, group)} and c.starts_at = ${start}`;
    return;
  }
  await sql`
    with younger as (
      select starts_at from watch_cohorts c where ${isOf(sql, group)} and c.starts_at > ${start}
      order by c.starts_at limit 1
    ), gone as (
      delete from watch_cohorts c using younger
      where ${isOf(sql, group)} and c.starts_at = younger.starts_at and ${isFree(sql)}
      returning c.*
    )
    update watch_cohorts c set
      next_check_at = gone.next_check_at, open = gone.open, listed = gone.listed, unlisted = gone.unlisted,
      listed_at = gone.listed_at, oldest_at = gone.oldest_at, youngest_at = gone.youngest_at, errors = gone.errors,
      last_error = gone.last_error, empty_since = gone.empty_since
    from gone
    where ${isOf(sql, group)} and c.starts_at = ${start}`;
}
