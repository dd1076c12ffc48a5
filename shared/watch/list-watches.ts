import { decodeCursor, nextCursor, type Placed } from '../store/cursor.ts';
import type { Sql } from '../store/store.ts';
import {
  LISTED_STATES,
  type ListedState,
  type PlacedIntent,
  type PlacedWatch,
  selectIntents,
  selectJoined,
  selectRefused,
  selectWatches,
} from './select-listed.ts';
import { toWatch, type Watch } from './watch.ts';
import type { WatchFilter } from './watch-filter.ts';

/**
 * A watch in a list. A submission whose job is not known yet has its Intent, no JobId, and State Pending; one that was
 * never posted because a newer version of its object came has State Superseded; one that CI refused in the end has State
 * Refused, one that somebody took back Canceled; these are shown to whoever asks for their intent.
 */
export type ListedWatch = Watch & { Intent: string };

export interface WatchPage {
  readonly Watches: ListedWatch[];
  /** '' on the last page */
  readonly NextCursor: string;
}

/**
 * Watches and submissions without a job, the newest first. A watch stands in the place of the submission that it came
 * from, so that whatever there was when the first page was asked for is on one page, once.
 */
export async function listWatches(sql: Sql, filter: WatchFilter): Promise<WatchPage> {
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor);
  // One more than asked for shows whether there is another page.
  const page = { filter, after, most: filter.limit + 1 };
  const [now] = await sql<{ us: string }[]>`
    select (extract(epoch from jobwatch_now()) * 1000000)::bigint::text as us`;
  const intents: PlacedIntent[] = [];
  // One after the other: a submission that ends meanwhile is found in both its states, or in the later one.
  for (const state of statesOf(filter)) intents.push(...(await selectIntents(sql, state, page)));
  const refused = isUnfiltered(filter) ? await selectRefused(sql, page) : [];
  const watches = await selectWatches(sql, page);
  const joined = isUnfiltered(filter) ? await selectJoined(sql, page) : [];
  const placed = inOrder([...intents, ...refused], [...watches, ...joined]);
  return {
    Watches: placed.slice(0, filter.limit).map(({ item }) => item),
    NextCursor: nextCursor(
      placed.map(({ row }) => row),
      filter.limit,
      after ? after.sinceUs : now?.us,
    ),
  };
}

/** They are shown to whoever asks for their intent. */
const UNLISTED: readonly ListedState[] = ['Refused', 'Canceled'];

/** Which submissions without a job the filter lets through. */
function statesOf({ state, outcome, intent }: WatchFilter): readonly ListedState[] {
  if (outcome !== undefined) return [];
  const shown = LISTED_STATES.filter((each) => !UNLISTED.includes(each) || intent !== undefined);
  return state === undefined ? shown : shown.filter((each) => each === state);
}

/** What has another state now may have been let through by no filter when the first page was asked for. */
function isUnfiltered({ state, outcome, intent }: WatchFilter): boolean {
  return state === undefined && outcome === undefined && intent === undefined;
}

/** What was found of a submission last counts; its jobs come instead of it. */
function inOrder(intents: readonly PlacedIntent[], watches: readonly PlacedWatch[]) {
  const withJobs = new Set(watches.map((row) => row.intent_id));
  const withoutJobs = new Map(intents.filter(({ id }) => !withJobs.has(id)).map((row) => [row.id, row]));
  return [
    ...watches.map((row) => ({ row, item: { ...toWatch(row), Intent: row.intent_id ?? '' } })),
    ...[...withoutJobs.values()].map((row) => ({ row, item: toListed(row) })),
  ].sort((a, b) => newestFirst(a.row, b.row));
}

function newestFirst(a: Placed, b: Placed): number {
  const difference = BigInt(b.created_us) - BigInt(a.created_us);
  if (difference !== 0n) return difference > 0n ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

function toListed(row: PlacedIntent): ListedWatch {
  const { request, settled_at } = row;
  return {
    Intent: row.id,
    JobId: '',
    Bucket: row.bucket,
    Region: row.region,
    Tag: request.Tag,
    QueueId: request.QueueId ?? '',
    State: row.listed_as,
    Outcome: '',
    Source: row.source,
    Rule: row.rule,
    Input: request.Input ?? {},
    Output: request.Operation[0]?.Output ?? {},
    LastError: row.last_error,
    CreatedAt: row.created_at.toISOString(),
    NextCheckAt: settled_at === null ? (row.next_try_at?.toISOString() ?? null) : null,
    EndedAt: settled_at?.toISOString() ?? null,
  };
}
