import type { Fragment, Sql } from '../../store/store.ts';
import type { Group } from '../../watch/cohorts/cohort.ts';
import { isOfGroup, startTimes } from '../../watch/cohorts/of-group.ts';
import { type StoredCohort, seconds } from '../../watch/cohorts/rows.ts';
import { isHeld, leaseEnd, lockHeld } from '../claim/lease.ts';
import { joinEmpty, removeGroup, writeHead } from './head.ts';
import type { Move } from './moves.ts';
import type { NextCohort, Settlement } from './settlement.ts';

/** Writes down many checks that moved no boundary: a row each, of what the token still holds. */
export async function writeChecked(
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
    from ${nextRows(sql, rows)}
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
        = (n.bucket, n.region, n.tag, n.queue_id, to_timestamp(n.start))
      and c.lease_token = ${token}`;
}

/**
 * Writes down what a sweep made of cohorts whose boundaries move; the group is locked. Resolves with whether the token
 * still held them: else nothing is written.
 */
export async function writeMove(sql: Sql, token: string, move: Move): Promise<boolean> {
  const { group, before, removed, after, headMs } = move;
  if (headMs === Number.NEGATIVE_INFINITY && (await removeGroup(sql, token, group))) return true;
  if (!(await lockHeld(sql, token, { group, starts: before }))) return false;
  if (removed.length > 0) {
    await sql`
      delete from watch_cohorts c
      where ${isOfGroup(sql, group)} and c.lease_token = ${token} and c.starts_at in (${startTimes(sql, removed)})`;
  }
  await writeAfter(sql, token, move);
  if (headMs !== undefined) await writeHead(sql, group, headMs);
  for (const { open, startMs } of after) if (open === 0) await joinEmpty(sql, group, startMs);
  return true;
}

async function writeAfter(sql: Sql, token: string, { group, after, rest }: Settlement): Promise<void> {
  const rows = after.map((next) => ({ ...group, ...toRow(next) }));
  if (rows.length > 0) {
    await sql`
      insert into watch_cohorts as c (bucket, region, tag, queue_id, starts_at, next_check_at, open, listed, unlisted,
        listed_at, oldest_at, youngest_at)
      select n.bucket, n.region, n.tag, n.queue_id, to_timestamp(n.start),
        jobwatch_now() + n."delayMs" * interval '1 millisecond', n.open, n.listed, n.unlisted,
        case when n.listed is not null then jobwatch_now() end, to_timestamp(n.oldest), to_timestamp(n.youngest)
      from ${nextRows(sql, rows)}
      order by n.start
      on conflict (bucket, region, tag, queue_id, starts_at) do update set
        next_check_at = excluded.next_check_at, open = excluded.open, unlisted = excluded.unlisted,
        -- a reading by id says nothing about the jobs of others
        listed = case when excluded.listed_at is null then c.listed else excluded.listed end,
        listed_at = coalesce(excluded.listed_at, c.listed_at),
        oldest_at = excluded.oldest_at, youngest_at = excluded.youngest_at, errors = 0, last_error = '',
        lease_token = null, leased_until = null, empty_since = null`;
  }
  if (rest === undefined) return;
  const { bucket, region, tag, queue_id } = group;
  await sql`
    insert into watch_cohorts as c (bucket, region, tag, queue_id, starts_at, next_check_at, lease_token, leased_until)
    select ${bucket}, ${region}, ${tag}, ${queue_id}, to_timestamp(${rest.startMs / 1000}::float8),
      to_timestamp(${rest.dueMs / 1000}::float8), held.token, held.until
    from (select case when ${rest.kept}::boolean then ${token}::uuid end as token,
      case when ${rest.kept}::boolean then ${leaseEnd(sql)} end as until) as held
    on conflict (bucket, region, tag, queue_id, starts_at) do update set
      next_check_at = excluded.next_check_at, lease_token = excluded.lease_token, leased_until = excluded.leased_until,
      empty_since = null`;
}

/** Puts cohorts off that could not be read, with the reason. */
export async function postponeCohorts(
  sql: Sql,
  token: string,
  cohorts: readonly { readonly cohort: StoredCohort; readonly delayMs: number }[],
  reason: string,
): Promise<void> {
  const rows = cohorts.map(({ cohort: { group, startMs }, delayMs }) => ({
    ...group,
    start: seconds(startMs),
    delayMs,
  }));
  await sql`
    with held as (
      select c.bucket, c.region, c.tag, c.queue_id, c.starts_at, n."delayMs" as delay_ms
      from watch_cohorts c join ${nextRows(sql, rows)}
        on (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
          = (n.bucket, n.region, n.tag, n.queue_id, to_timestamp(n.start))
      where c.lease_token = ${token}
      -- as coverGroups locks them
      order by c.bucket, c.region, c.tag, c.queue_id, c.starts_at
      for update of c
    )
    update watch_cohorts c set
      errors = c.errors + 1, last_error = ${reason},
      next_check_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
      lease_token = null, leased_until = null
    from held where ${isHeld(sql)}`;
}

/** What becomes of cohorts, as rows `n`; times are in seconds. */
function nextRows(
  sql: Sql,
  rows: readonly (Group & { start: number | string; delayMs: number })[],
): Fragment {
  return sql`json_to_recordset(${JSON.stringify(rows)}::text::json) as n
    (bucket text, region text, tag text, queue_id text, start float8, open int, listed int, unlisted int,
      oldest float8, youngest float8, "delayMs" float8)`;
}

function toRow({ startMs, oldestMs, youngestMs, listed, ...row }: NextCohort) {
  return {
    ...row,
    start: seconds(startMs),
    listed: listed ?? null,
    oldest: oldestMs === undefined ? null : oldestMs / 1000,
    youngest: youngestMs === undefined ? null : youngestMs / 1000,
  };
}
