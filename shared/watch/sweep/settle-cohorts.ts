import type { Group } from '../cohorts/cohort.ts';
import { lockGroup } from '../cohorts/group-lock.ts';
import { isFree, type StoredCohort, seconds } from '../cohorts/rows.ts';
import { TICK_MS } from '../schedule.ts';
import type { Sql } from '../store.ts';
import { LEASE_SECONDS } from './claim.ts';

/** A group without watches is looked at so often, and removed when it had none for as long. */
const EMPTY_GROUP_SECONDS = 86_400;

/** What becomes of a cohort, or of a part of it. */
export interface NextCohort {
  readonly startMs: number;
  readonly open: number;
  /** undefined when it was not listed */
  readonly listed: number | undefined;
  readonly unlisted: number;
  readonly oldestMs: number | undefined;
  readonly youngestMs: number | undefined;
  readonly delayMs: number;
}

/** A stretch of neighbours that the token holds, and what is to stand in its place. */
export interface Settlement {
  readonly group: Group;
  /** the stretch as it was claimed, the oldest first */
  readonly before: readonly StoredCohort[];
  /** the same time, tiled anew */
  readonly after: readonly NextCohort[];
  /** where that begins which was not read and is due as it was; undefined when all was */
  readonly rest: { readonly startMs: number; readonly dueMs: number; readonly kept: boolean } | undefined;
  /** where the new head begins; undefined when the stretch has not the head */
  readonly headMs: number | undefined;
}

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

/** Cuts off what a cohort holds beyond what a sweep takes at a time: it stays due, for whoever comes. */
export async function cutCohort(
  sql: Sql,
  token: string,
  cohort: StoredCohort,
  restMs: number,
): Promise<boolean> {
  const { group, startMs, dueMs } = cohort;
  await lockGroup(sql, group);
  if (!(await holds(sql, token, group, [cohort]))) return false;
  await sql`
    insert into watch_cohorts (bucket, region, tag, queue_id, starts_at, next_check_at)
    select bucket, region, tag, queue_id, to_timestamp(${restMs / 1000}::float8), to_timestamp(${dueMs / 1000}::float8)
    from watch_cohorts c where ${isOf(sql, group)} and c.starts_at = to_timestamp(${seconds(startMs)}::float8)
    on conflict do nothing`;
  return true;
}

/** Puts cohorts off that could not be read, with the reason. */
export async function postponeCohorts(
  sql: Sql,
  token: string,
  cohorts: readonly { readonly cohort: StoredCohort; readonly delayMs: number }[],
  error: string,
): Promise<void> {
  const rows = cohorts.map(({ cohort, delayMs }) => ({
    ...cohort.group,
    start: seconds(cohort.startMs),
    delayMs,
  }));
  await sql`
    update watch_cohorts c set
      errors = c.errors + 1, last_error = ${error},
      next_check_at = jobwatch_now() + n."delayMs" * interval '1 millisecond',
      lease_token = null, leased_until = null
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as n
      (bucket text, region text, tag text, queue_id text, start float8, "delayMs" float8)
    where (c.bucket, c.region, c.tag, c.queue_id, c.starts_at)
        = (n.bucket, n.region, n.tag, n.queue_id, to_timestamp(n.start))
      and c.lease_token = ${token}`;
}

async function holds(
  sql: Sql,
  token: string,
  group: Group,
  before: readonly StoredCohort[],
): Promise<boolean> {
  const held = await sql`
    select 1 from watch_cohorts c
    where ${isOf(sql, group)} and c.lease_token = ${token}
      and c.starts_at in (${times(
        sql,
        before.map(({ startMs }) => startMs),
      )})
    order by c.starts_at
    for update`;
  return held.length === before.length;
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
      lease_token = null, leased_until = null`;
  if (rest === undefined) return;
  await sql`
    insert into watch_cohorts as c (bucket, region, tag, queue_id, starts_at, next_check_at, lease_token, leased_until)
    select ${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id}, to_timestamp(${rest.startMs / 1000}::float8),
      to_timestamp(${rest.dueMs / 1000}::float8), held.token, held.until
    from (select case when ${rest.kept}::boolean then ${token}::uuid end as token,
      case when ${rest.kept}::boolean then jobwatch_now() + ${LEASE_SECONDS} * interval '1 second' end as until) as held
    on conflict (bucket, region, tag, queue_id, starts_at) do update set
      next_check_at = excluded.next_check_at, lease_token = excluded.lease_token, leased_until = excluded.leased_until`;
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

/** The head is due one tick after its first watch. While it has none it is looked at once a day. */
async function writeHead(sql: Sql, group: Group, headMs: number): Promise<void> {
  await sql`
    insert into watch_cohorts as c (bucket, region, tag, queue_id, starts_at, next_check_at, empty_since)
    select ${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id}, head.start,
      now.at + interval '1 second' * case when head.lives then ${TICK_MS / 1000}::float8 else ${EMPTY_GROUP_SECONDS} end,
      case when not head.lives then now.at end
    from (select jobwatch_now() as at) as now, (
      select start, exists (
        select 1 from watches w
        where w.outcome = '' and w.apart_at is null and ${isOfWatch(sql, group)} and w.job_created_at >= start
      ) as lives from to_timestamp(${seconds(headMs)}::float8) as start) as head
    on conflict (bucket, region, tag, queue_id, starts_at) do update set
      next_check_at = excluded.next_check_at, open = 0, listed = null, unlisted = 0, listed_at = null,
      oldest_at = null, youngest_at = null, errors = 0, last_error = '', lease_token = null, leased_until = null,
      empty_since = case when excluded.empty_since is not null then coalesce(c.empty_since, excluded.empty_since) end`;
}

/** What holds nothing goes with a neighbour that nobody has: the older one, else the younger. */
async function joinEmpty(sql: Sql, group: Group, startMs: number): Promise<void> {
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
      last_error = gone.last_error
    from gone
    where ${isOf(sql, group)} and c.starts_at = ${start}`;
}

/** Removes a group that has had no watch for a day: its only row is due, and nothing is there. */
async function removeGroup(sql: Sql, token: string, group: Group): Promise<boolean> {
  await lockGroup(sql, group);
  const removed = await sql`
    delete from watch_cohorts c
    where ${isOf(sql, group)} and c.lease_token = ${token} and c.starts_at = '-infinity'
      and c.empty_since <= jobwatch_now() - ${EMPTY_GROUP_SECONDS} * interval '1 second'
      and not exists (select 1 from watch_cohorts n where ${isOfRow(sql, group)} and n.starts_at > c.starts_at)
      and not exists (select 1 from watches w where w.outcome = '' and w.apart_at is null and ${isOfWatch(sql, group)})
    returning 1`;
  return removed.length > 0;
}

function isOf(sql: Sql, { bucket, region, tag, queue_id }: Group) {
  return sql`(c.bucket, c.region, c.tag, c.queue_id) = (${bucket}, ${region}, ${tag}, ${queue_id})`;
}

function isOfRow(sql: Sql, { bucket, region, tag, queue_id }: Group) {
  return sql`(n.bucket, n.region, n.tag, n.queue_id) = (${bucket}, ${region}, ${tag}, ${queue_id})`;
}

function isOfWatch(sql: Sql, { bucket, region, tag, queue_id }: Group) {
  return sql`(w.bucket, w.region, w.tag, w.queue_id) = (${bucket}, ${region}, ${tag}, ${queue_id})`;
}

function times(sql: Sql, starts: readonly number[]) {
  return sql`
    select to_timestamp(start::float8)
    from json_array_elements_text(${JSON.stringify(starts.map(seconds))}::text::json) as start`;
}
