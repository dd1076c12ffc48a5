import type { Sql } from '../../store/store.ts';
import { type Settlement, toRow } from './settlement.ts';

/** Whether it is enough to write the rows as they are: no boundary moves, and nothing is empty. */
export function isPlain({ before, after, rest, headMs }: Settlement): boolean {
  return (
    rest === undefined &&
    headMs === undefined &&
    before.length === after.length &&
    after.every(({ open, startMs }, place) => open > 0 && startMs === before[place]?.startMs)
  );
}

/** Writes down many checks that moved no boundary: a row each, of what the token still holds. */
export async function settlePlain(
  sql: Sql,
  token: string,
  settlements: readonly Settlement[],
): Promise<void> {
  const rows = settlements.flatMap(({ group, after }) => after.map((next) => ({ ...group, ...toRow(next) })));
  await sql`
    update watch_cohorts c set
      next_check_at = jobwatch_now() + n."delayMs" * interval '1 millisecond',
      open = n.open, unlisted = n.unlisted, listed = coalesce(n.listed, c.listed),
      listed_at = case when n.listed is null then c.listed_at else jobwatch_now() end,
      oldest_at = to_timestamp(n.oldest), youngest_at = to_timestamp(n.youngest), errors = 0, last_error = '',
      lease_token = null, leased_until = null
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as n
      (bucket text, region text, tag text, queue_id text, start float8, open int, listed int, unlisted int,
        oldest float8, youngest float8, "delayMs" float8)
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
        = (n.bucket, n.region, n.tag, n.queue_id, to_timestamp(n.start))
      and c.lease_token = ${token}`;
}
