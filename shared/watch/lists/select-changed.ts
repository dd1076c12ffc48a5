import { timeOf } from '../../store/cursor.ts';
import type { Fragment, Sql } from '../../store/store.ts';
import { watchColumns } from '../watch.ts';
import { allHold, conditionsOf, isInTime } from './conditions.ts';
import {
  inOrder,
  isBehind,
  isWrittenSince,
  listIdOf,
  microseconds,
  type PageQuery,
  startOf,
} from './place.ts';
import { type PlacedWatch, within } from './select-watches.ts';
import { showsPending, type WatchFilter } from './watch-filter.ts';

/** Filters of what changes: a job goes on while its list is read. */
const CHANGING: ReadonlySet<string> = new Set(['state', 'outcome', 'code', 'open', 'ended', 'tag']);

/**
 * Watches that the filter let through when the listing began, or later, and lets through no more. Their history says what
 * they were; one that was let through by mistake of a moment is no harm, one that is left out would be.
 */
export async function selectChanged(sql: Sql, page: PageQuery): Promise<PlacedWatch[]> {
  const { query, most } = page;
  const start = startOf(page);
  const { state, outcome, code, open, tag } = query;
  if (start === undefined || [state, outcome, code, open].every((filter) => filter === undefined)) return [];
  return await sql<PlacedWatch[]>`
    select ${watchColumns(sql)}, ${listIdOf(sql)} as id, ${microseconds(sql, sql`w.created_at`)} as created_us
    from watches w
    where w.job_id in (
        select h.job_id from watch_history h
        where ${isWrittenSince(sql, start, sql`h.at`, sql`h.xmin`)} and ${wasLetThrough(sql, query)})
      and ${keptConditions(sql, query)}
      -- one that is watched again has no tag until it is read
      ${tag === undefined ? sql`` : sql`and w.tag in (${tag}, '')`}
      and ${within(sql, page)}
    order by ${inOrder(sql, query, sql`w.created_at`, listIdOf(sql))}
    limit ${most}`;
}

/** Whether what a watch was before a step of its history passed the filters of what changes. */
function wasLetThrough(sql: Sql, filter: WatchFilter): Fragment {
  const { state, outcome, code, open } = filter;
  // What a job's state was before CI no longer knew it its history does not say.
  const states = state && [...state, 'Missing', ...(showsPending(filter) ? [''] : [])];
  return allHold(sql, [
    states ? sql`h.from_state = any(${states})` : sql`true`,
    // Other outcomes stay for ever.
    outcome ? sql`h.from_state = 'Missing' and ${outcome.includes('Missing')}` : sql`true`,
    open === undefined ? sql`true` : sql`(h.from_state <> 'Missing') = ${open}`,
    code
      ? sql`coalesce(h.from_code, (select w.code from watches w where w.job_id = h.job_id)) = any(${[...code]})`
      : sql`true`,
  ]);
}

/**
 * Watches that were made for another reason, by discovery or a caller, and only then found to be a submission's: they
 * have a place of their own, before the first page. Where the submission was they come for those who saw neither.
 */
export async function selectJoined(sql: Sql, page: PageQuery): Promise<PlacedWatch[]> {
  const { query, most } = page;
  const start = startOf(page);
  if (start === undefined || !showsPending(query)) return [];
  const id = sql`(i.id || '.' || w.job_id) collate "C"`;
  return await sql<PlacedWatch[]>`
    select ${watchColumns(sql)}, ${id} as id, ${microseconds(sql, sql`i.created_at`)} as created_us
    from intents i join watches w on w.intent_id = i.id
    where i.state = 'submitted' and ${isWrittenSince(sql, start, sql`i.settled_at`, sql`i.xmin`)}
      and w.list_id is null and w.created_at > ${timeOf(sql, start.sinceUs)}
      and ${keptConditions(sql, query)} ${query.tag === undefined ? sql`` : sql`and w.tag in (${query.tag}, '')`}
      and ${isInTime(sql, sql`i.created_at`, query)}
      and ${isBehind(sql, page, sql`i.created_at`, id)}
    order by ${inOrder(sql, query, sql`i.created_at`, id)}
    limit ${most}`;
}

/** What the filters demand that nothing which happens to a job changes. */
function keptConditions(sql: Sql, filter: WatchFilter): Fragment {
  const conditions = conditionsOf(sql, filter).filter((condition) => !CHANGING.has(condition.filter));
  return allHold(
    sql,
    conditions.map(({ holds }) => holds),
  );
}
