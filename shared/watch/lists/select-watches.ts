import { type Placed, timeOf } from '../../store/cursor.ts';
import type { Fragment, Sql } from '../../store/store.ts';
import { type WatchRow, watchColumns } from '../watch.ts';
import { allOf, type Condition, conditionsOf, isWithin } from './conditions.ts';
import { inOrder, isBehind, microseconds, type PageQuery, placeOf, startOf } from './place.ts';

/** A filter that leaves at most so many watches is answered by reading all of them. */
const FEW_WATCHES = 1000;
/** So many watches of one filter are looked at, in their order, for those that the others let through as well. */
const WALKED_WATCHES = 2000;

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
  const order = inOrder(sql, page.query, sql`w.created_at`, placeOf(sql));
  const source = values
    ? sql`(
        select w.* from unnest(${[...values.of]}::text[]) as wanted (value) cross join lateral (
          select * from watches w
          where ${values.column} = wanted.value and ${values.index} and ${within(sql, page)}
          order by ${order} limit ${most}) as w)`
    : sql`(select * from watches w where ${open?.holds ?? sql`true`} and ${within(sql, page)} order by ${order} limit ${most})`;
  return await select(sql, page, source, holdAll(sql, conditions));
}

/** By all filters at once: no index is in the order of this. */
async function selectAtOnce(
  sql: Sql,
  page: PageQuery,
  conditions: readonly Condition[],
): Promise<PlacedWatch[]> {
  return await select(sql, page, sql`watches`, holdAll(sql, conditions), sql`(w.created_at + interval '0')`);
}

async function select(
  sql: Sql,
  page: PageQuery,
  source: Fragment,
  condition: Fragment,
  createdAt: Fragment = sql`w.created_at`,
): Promise<PlacedWatch[]> {
  return await sql<PlacedWatch[]>`
    select ${watchColumns(sql)}, ${placeOf(sql)} as id, ${microseconds(sql, sql`w.created_at`)} as created_us
    from ${source} w
    where ${condition} and ${within(sql, page)}
    order by ${inOrder(sql, page.query, createdAt, placeOf(sql))}
    limit ${page.most}`;
}

/** Behind the page before, and created when the filter says. */
export function within(sql: Sql, page: PageQuery): Fragment {
  const { outcome } = page.query;
  const created = outcome ? sql`true` : isWithin(sql, sql`w.created_at`, page.query);
  const start = startOf(page);
  // What was found to be a submission's since has its place behind the last page, and is shown where that was.
  const joined =
    start && page.query.order === 'asc'
      ? sql`and not (w.list_id is null and w.intent_id is not null and w.created_at > ${timeOf(sql, start.sinceUs)})`
      : sql``;
  return sql`${isBehind(sql, page, sql`w.created_at`, placeOf(sql))} and ${created} ${joined}`;
}

function holdAll(sql: Sql, conditions: readonly Condition[]): Fragment {
  return allOf(
    sql,
    conditions.map(({ holds }) => holds),
  );
}
