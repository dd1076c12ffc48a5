import { type Placed, timeOf } from '../../store/cursor.ts';
import type { Fragment, Sql } from '../../store/store.ts';
import { type WatchRow, watchColumns } from '../watch.ts';
import { allHold, type Condition, conditionsOf, isInTime } from './conditions.ts';
import { inOrder, isBehind, listIdOf, microseconds, type PageQuery, startOf } from './place.ts';
import type { WatchQuery } from './watch-filter.ts';

/** A filter that leaves at most so many watches is answered by reading all of them. */
const FEW_WATCHES = 1000;
/** So many watches of one filter are looked at, in their order, for those that the others let through as well. */
const WALKED_WATCHES = 2000;

/** Clocks are put back by no more. */
const CLOCK_BACK_HOURS = 24;

export type PlacedWatch = WatchRow & Placed & { intent_id: string | null };

/*
 * How a page is found. What a statistic says of one column it does not say of two, nor of where in time the watches stand:
 * the planner alone would walk through a million of them in search of the fifty that are a month old.
 *
 *   no filter, or one of whole values ─▶ walk: its index has them in the order of the list
 *   a filter that leaves few           ─▶ read them all
 *   else                               ─▶ walk for a while: mostly the page is full by then
 *                                          └─ it is not ─▶ read by all filters at once, and sort
 */
export async function selectWatches(sql: Sql, page: PageQuery): Promise<PlacedWatch[]> {
  const conditions = conditionsOf(sql, page.query);
  const [first, ...others] = conditions;
  if (first === undefined) return await select(sql, page, sql`watches`, sql`true`);
  const walked = conditions.find(({ values }) => values !== undefined);
  if (others.length === 0 && walked) return await walk(sql, page, conditions, page.most);
  const narrow = await findNarrow(sql, conditions);
  if (narrow)
    return await select(
      sql,
      page,
      sql`(select * from watches w where ${narrow.holds} offset 0)`,
      holdAll(sql, conditions),
    );
  const found = await walk(sql, page, conditions, WALKED_WATCHES);
  if (found.length === page.most) return found;
  return await selectAtOnce(sql, page, conditions);
}

/** A filter that leaves few watches, if there is one. */
async function findNarrow(sql: Sql, conditions: readonly Condition[]): Promise<Condition | undefined> {
  const counts = conditions.map(
    ({ holds }) => sql`(
      select count(*)::int from (select 1 from watches w where ${holds} limit ${FEW_WATCHES + 1}) as counted)`,
  );
  const [row] = await sql<{ counts: number[] }[]>`
    select array[${counts.reduce((all, count) => sql`${all}, ${count}`)}] as counts`;
  const least = Math.min(...(row?.counts ?? []));
  return least <= FEW_WATCHES ? conditions[row?.counts.indexOf(least) ?? 0] : undefined;
}

/** Goes through the watches that one filter lets through in the order of the list, as its index has them. */
async function walk(
  sql: Sql,
  page: PageQuery,
  conditions: readonly Condition[],
  most: number,
): Promise<PlacedWatch[]> {
  const { values } = conditions.find((condition) => condition.values !== undefined) ?? {};
  const open = conditions.find(({ filter, values: whole }) => filter === 'open' && whole === undefined);
  const order = inOrder(sql, page.query, sql`w.created_at`, listIdOf(sql));
  const inListOrder = (condition: Fragment) =>
    sql`(select * from watches w where ${condition} and ${within(sql, page)} order by ${order} limit ${most})`;
  // One by one, so that the planner knows how many there are of each.
  const source = values
    ? values.of
        .map((value) => inListOrder(sql`${values.column} = ${value} and ${values.index}`))
        .reduce((all, one) => sql`${all} union all ${one}`)
    : inListOrder(open?.holds ?? sql`true`);
  return await select(sql, page, sql`(${source})`, holdAll(sql, conditions));
}

/**
 * By all filters at once, and sorted then: none of their indexes is in the order of the list. That of a single filter has
 * the times as well, and tells in which of them the page lies before any watch is read.
 */
async function selectAtOnce(
  sql: Sql,
  page: PageQuery,
  conditions: readonly Condition[],
): Promise<PlacedWatch[]> {
  const holds = holdAll(sql, conditions);
  // The index by end has the outcomes as well.
  const byEnd = conditions.some(({ filter }) => filter === 'ended');
  const [alone, ...others] = conditions.filter(({ filter }) => !byEnd || filter !== 'outcome');
  const onPage =
    alone && others.length === 0 ? sql`${holds} and ${isUpToLastTime(sql, page, alone.holds)}` : holds;
  return await select(sql, page, sql`watches`, onPage, sql`(w.created_at + interval '0')`);
}

/** Not beyond the last watch of a page of which all come after the cursor's time. */
function isUpToLastTime(sql: Sql, page: PageQuery, holds: Fragment): Fragment {
  const { query, after, most } = page;
  const at = after && timeOf(sql, after.createdUs);
  const [beyond, compared, order, none] =
    query.order === 'asc'
      ? [sql`>`, sql`<=`, sql`asc`, sql`'infinity'`]
      : [sql`<`, sql`>=`, sql`desc`, sql`'-infinity'`];
  return sql`w.created_at ${compared} coalesce((
    select x.created_at from (
      select w.created_at from watches w
      where ${holds} and ${at ? sql`w.created_at ${beyond} ${at}` : sql`true`} and ${isCreatedInTime(sql, query)}
    ) as x
    order by (x.created_at + interval '0') ${order} limit 1 offset ${most - 1}), ${none}::timestamptz)`;
}

async function select(
  sql: Sql,
  page: PageQuery,
  source: Fragment,
  condition: Fragment,
  createdAt: Fragment = sql`w.created_at`,
): Promise<PlacedWatch[]> {
  return await sql<PlacedWatch[]>`
    select ${watchColumns(sql)}, ${listIdOf(sql)} as id, ${microseconds(sql, sql`w.created_at`)} as created_us
    from ${source} w
    where ${condition} and ${within(sql, page)}
    order by ${inOrder(sql, page.query, createdAt, listIdOf(sql))}
    limit ${page.most}`;
}

/** Behind the page before, and created when the filter says. */
export function within(sql: Sql, page: PageQuery): Fragment {
  const start = startOf(page);
  // What was found to be a submission's since has its place behind the last page, and is shown where that was.
  const joined =
    start && page.query.order === 'asc'
      ? sql`and not (w.list_id is null and w.intent_id is not null and w.created_at > ${timeOf(sql, start.sinceUs)})`
      : sql``;
  return sql`${isBehind(sql, page, sql`w.created_at`, listIdOf(sql))} and ${isCreatedInTime(sql, page.query)} ${joined}`;
}

/** With outcomes the times of a filter are those of the end. */
function isCreatedInTime(sql: Sql, query: WatchQuery): Fragment {
  const { outcome, until } = query;
  if (!outcome) return isInTime(sql, sql`w.created_at`, query);
  // Nothing ends before it begins, but where a clock was put back in between.
  return until
    ? sql`w.created_at < ${until}::timestamptz + ${CLOCK_BACK_HOURS} * interval '1 hour'`
    : sql`true`;
}

function holdAll(sql: Sql, conditions: readonly Condition[]): Fragment {
  return allHold(
    sql,
    conditions.map(({ holds }) => holds),
  );
}
