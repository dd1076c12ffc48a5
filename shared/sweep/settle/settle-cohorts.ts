import type { Sql } from '../../store/store.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { lockGroup } from '../../watch/cohorts/group-lock.ts';
import { isOf, times } from '../../watch/cohorts/of-group.ts';
import { holds, LEASE_SECONDS } from '../claim/lease.ts';
import { joinEmpty } from './join-empty.ts';
import { removeGroup, writeHead } from './settle-head.ts';
import { type Settlement, toRow } from './settlement.ts';

/** Writes down what a sweep made of cohorts, unless it has lost them. Resolves with whether it still held them. */
export async function settleCohorts(sql: Sql, token: string, settlement: Settlement): Promise<boolean> {
  const { group, before, after, rest, headMs } = settlement;
  if (headMs === Number.NEGATIVE_INFINITY && (await removeGroup(sql, token, group))) return true;
  const starts = [
    ...after.map(({ startMs }) => startMs),
    ...(rest ? [rest.startMs] : []),
    ...(headMs === undefined ? [] : [headMs]),
  ];
  const moves =
    starts.length !== before.length || before.some(({ startMs }, place) => startMs !== starts[place]);
  const isEmpty = after.some(({ open }) => open === 0);
  if (moves || headMs !== undefined || isEmpty) await lockGroup(sql, group);
  if (!(await holds(sql, token, group, before))) return false;
  if (moves)
    await removeStarts(
      sql,
      token,
      group,
      before.map(({ startMs }) => startMs).filter((start) => !starts.includes(start)),
    );
  await write(sql, token, settlement);
  if (headMs !== undefined) await writeHead(sql, group, headMs);
  for (const { open, startMs } of after) if (open === 0) await joinEmpty(sql, group, startMs);
  return true;
}

async function removeStarts(sql: Sql, token: string, group: Group, starts: readonly number[]): Promise<void> {
  if (starts.length === 0) return;
  await sql`
    delete from watch_cohorts c
    where ${isOf(sql, group)} and c.lease_token = ${token} and c.starts_at in (${times(sql, starts)})`;
}

async function write(sql: Sql, token: string, { group, after, rest }: Settlement): Promise<void> {
  await sql`
    insert into watch_cohorts as c (bucket, region, tag, queue_id, starts_at, next_check_at, open, listed, unlisted,
      listed_at, oldest_at, youngest_at)
    select ${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id}, to_timestamp(n.start),
      jobwatch_now() + n."delayMs" * interval '1 millisecond', n.open, n.listed, n.unlisted,
      case when n.listed is not null then jobwatch_now() end, to_timestamp(n.oldest), to_timestamp(n.youngest)
    from json_to_recordset(${JSON.stringify(after.map(toRow))}::text::json) as n
      (start float8, open int, listed int, unlisted int, oldest float8, youngest float8, "delayMs" float8)
    order by n.start
    on conflict (bucket, region, tag, queue_id, starts_at) do update set
      next_check_at = excluded.next_check_at, open = excluded.open, unlisted = excluded.unlisted,
      -- a reading by id says nothing about the jobs of others
      listed = case when excluded.listed_at is null then c.listed else excluded.listed end,
      listed_at = coalesce(excluded.listed_at, c.listed_at),
      oldest_at = excluded.oldest_at, youngest_at = excluded.youngest_at, errors = 0, last_error = '',
      lease_token = null, leased_until = null, empty_since = null`;
  if (rest === undefined) return;
  await sql`
    insert into watch_cohorts as c (bucket, region, tag, queue_id, starts_at, next_check_at, lease_token, leased_until)
    select ${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id}, to_timestamp(${rest.startMs / 1000}::float8),
      to_timestamp(${rest.dueMs / 1000}::float8), held.token, held.until
    from (select case when ${rest.kept}::boolean then ${token}::uuid end as token,
      case when ${rest.kept}::boolean then jobwatch_now() + ${LEASE_SECONDS} * interval '1 second' end as until) as held
    on conflict (bucket, region, tag, queue_id, starts_at) do update set
      next_check_at = excluded.next_check_at, lease_token = excluded.lease_token, leased_until = excluded.leased_until,
      empty_since = null`;
}
