import { decodeCursor, nextCursor, type Placed, type Position, timeOf } from './cursor.ts';
import type { Sql } from './store.ts';
import { toWatch, type Watch, type WatchRow } from './watch.ts';

export interface WatchFilter {
  readonly state?: string;
  readonly outcome?: string;
  readonly rule?: string;
  readonly intent?: string;
  readonly limit: number;
  /** where the page before ended */
  readonly cursor?: string;
}

/**
 * A watch in a list. A submission whose job is not known yet has its Intent, no JobId, and State Pending; one that CI
 * refused in the end has State Refused, and is shown to whoever asks for its intent.
 */
export type ListedWatch = Watch & { Intent: string };

export interface WatchPage {
  readonly Watches: ListedWatch[];
  /** '' on the last page */
  readonly NextCursor: string;
}

type PlacedWatch = WatchRow & Placed & { intent_id: string | null };

interface PlacedIntent extends Placed {
  bucket: string;
  region: string;
  source: Watch['Source'];
  rule: string;
  request: {
    Tag: string;
    QueueId?: string;
    Input?: Watch['Input'];
    Operation: { Output?: Watch['Output'] }[];
  };
  state: string;
  last_error: string;
  tries: number;
  created_at: Date;
  next_try_at: Date;
}

/** Watches and pending submissions, the newest first. */
export async function listWatches(sql: Sql, filter: WatchFilter): Promise<WatchPage> {
  const after = filter.cursor === undefined ? undefined : decodeCursor(filter.cursor);
  // One more than asked tells whether there is another page.
  const most = filter.limit + 1;
  const [watches, intents] = await Promise.all([
    selectWatches(sql, filter, after, most),
    selectIntents(sql, filter, after, most),
  ]);
  const placed = [
    ...watches.map((row) => ({ row, item: { ...toWatch(row), Intent: row.intent_id ?? '' } })),
    ...intents.map((row) => ({ row, item: toPending(row) })),
  ].sort((a, b) => newestFirst(a.row, b.row));
  return {
    Watches: placed.slice(0, filter.limit).map(({ item }) => item),
    NextCursor: nextCursor(
      placed.map(({ row }) => row),
      filter.limit,
    ),
  };
}

function newestFirst(a: Placed, b: Placed): number {
  const difference = BigInt(b.created_us) - BigInt(a.created_us);
  if (difference !== 0n) return difference > 0n ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

function selectWatches(
  sql: Sql,
  { state, outcome, rule, intent }: WatchFilter,
  after: Position | undefined,
  most: number,
): Promise<PlacedWatch[]> {
  return sql<PlacedWatch[]>`
    select *, job_id as id, (extract(epoch from created_at) * 1000000)::bigint::text as created_us
    from watches
    where true
      ${state === undefined ? sql`` : sql`and state = ${state}`}
      ${outcome === undefined ? sql`` : sql`and outcome = ${outcome}`}
      ${rule === undefined ? sql`` : sql`and rule = ${rule}`}
      ${intent === undefined ? sql`` : sql`and intent_id = ${intent}`}
      ${after ? sql`and (created_at, job_id) < (${timeOf(sql, after)}, ${after.id})` : sql``}
    order by created_at desc, job_id desc
    limit ${most}`;
}

async function selectIntents(
  sql: Sql,
  { state, outcome, rule, intent }: WatchFilter,
  after: Position | undefined,
  most: number,
): Promise<PlacedIntent[]> {
  if (outcome !== undefined || (state !== undefined && state !== 'Pending')) return [];
  return await sql<PlacedIntent[]>`
    select *, id::text as id, (extract(epoch from created_at) * 1000000)::bigint::text as created_us
    from intents
    where ${intent === undefined ? sql`settled_at is null` : sql`state <> 'submitted'`}
      ${rule === undefined ? sql`` : sql`and rule = ${rule}`}
      ${intent === undefined ? sql`` : sql`and id = ${intent}`}
      ${after ? sql`and (created_at, id::text collate "C") < (${timeOf(sql, after)}, ${after.id})` : sql``}
    order by created_at desc, intents.id desc
    limit ${most}`;
}

function toPending(row: PlacedIntent): ListedWatch {
  const { request } = row;
  return {
    Intent: row.id,
    JobId: '',
    Bucket: row.bucket,
    Region: row.region,
    Tag: request.Tag,
    QueueId: request.QueueId ?? '',
    State: row.state === 'refused' ? 'Refused' : 'Pending',
    Outcome: '',
    Source: row.source,
    Rule: row.rule,
    Input: request.Input ?? {},
    Output: request.Operation[0]?.Output ?? {},
    Checks: row.tries,
    LastError: row.last_error,
    CreatedAt: row.created_at.toISOString(),
    NextCheckAt: row.next_try_at.toISOString(),
    EndedAt: null,
  };
}
