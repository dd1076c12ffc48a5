import { InvalidField, show } from '../../ci/invalid-field.ts';
import { decodeCursor, nextCursor, type Placed, type Position } from '../../store/cursor.ts';
import type { Sql } from '../../store/store.ts';
import { toWatch } from '../watch.ts';
import type { PageQuery } from './place.ts';
import { selectChanged, selectJoined } from './select-changed.ts';
import { listedStates, type PlacedIntent, selectIntents, selectSettled } from './select-intents.ts';
import { type PlacedWatch, selectWatches } from './select-watches.ts';
import { type ListedWatch, toListed } from './to-listed.ts';
import { listNameOf, type WatchQuery } from './watch-filter.ts';

export interface WatchPage {
  readonly Watches: ListedWatch[];
  /** '' on the last page */
  readonly NextCursor: string;
}

/**
 * Watches and submissions without a job, the newest first unless asked otherwise. A watch stands in the place of the
 * submission that it came from, so that whatever the filter let through when the first page was asked for is on one page,
 * once, with what it is by then.
 * @throws InvalidField for a cursor that is not of this list
 */
export async function listWatches(sql: Sql, query: WatchQuery): Promise<WatchPage> {
  const list = listNameOf(query);
  const after = readCursor(query, list);
  const [now] = await sql<{ sinceUs: string; sinceXid: string }[]>`
    select (extract(epoch from jobwatch_now()) * 1000000)::bigint::text as "sinceUs",
      (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text as "sinceXid"`;
  // One more than asked for shows whether there is another page.
  const page: PageQuery = { query, after, most: query.limit + 1 };
  const intents: PlacedIntent[] = [];
  // One after the other: a submission that ends meanwhile is found in both its states, or in the later one.
  for (const state of listedStates(query)) intents.push(...(await selectIntents(sql, state, page)));
  intents.push(...(await selectSettled(sql, page)));
  const watches = await selectWatches(sql, page);
  watches.push(...(await selectJoined(sql, page)), ...(await selectChanged(sql, page)));
  const placed = inListOrder(query, intents, watches);
  const start: Partial<Position> = after ?? now ?? {};
  return {
    Watches: placed.slice(0, query.limit).map(({ item }) => item),
    NextCursor: nextCursor(
      placed.map(({ row }) => row),
      query.limit,
      { sinceUs: start.sinceUs, sinceXid: start.sinceXid, list },
    ),
  };
}

/** A place in one list is none in another. One of the release before says of no list that it is of it. */
function readCursor({ cursor }: WatchQuery, list: string): Position | undefined {
  if (cursor === undefined) return undefined;
  const position = decodeCursor(cursor);
  if (position.list !== undefined && position.list !== list)
    throw new InvalidField('cursor', 'the NextCursor of an answer to the same filters', show(cursor));
  return position;
}

/** What was found of a submission last counts; its jobs come instead of it. A job that was found twice is one. */
function inListOrder(
  { order }: WatchQuery,
  intents: readonly PlacedIntent[],
  watches: readonly PlacedWatch[],
) {
  const jobs = new Map(watches.map((row) => [row.job_id, row]));
  const withJobs = new Set(watches.map((row) => row.intent_id));
  const withoutJobs = new Map(intents.filter(({ id }) => !withJobs.has(id)).map((row) => [row.id, row]));
  const sign = order === 'asc' ? -1 : 1;
  return [
    ...[...jobs.values()].map((row) => ({ row, item: { ...toWatch(row), Intent: row.intent_id ?? '' } })),
    ...[...withoutJobs.values()].map((row) => ({ row, item: toListed(row) })),
  ].sort((a, b) => sign * newestFirst(a.row, b.row));
}

function newestFirst(a: Placed, b: Placed): number {
  const difference = BigInt(b.created_us) - BigInt(a.created_us);
  if (difference !== 0n) return difference > 0n ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
