import type { Sql } from '../store/store.ts';
import type { EventType } from '../watch/event.ts';
import { type FeedPosition, formatFeedPosition, parseFeedPosition } from './feed-position.ts';
import { type SelectedEvent, selectedEvent, toStoredEvent } from './selected-event.ts';
import { cloudEventBody } from './webhook/cloud-event.ts';

/** Events that one request looks through for those that it asks for. */
const MAX_LOOKED_THROUGH = 5000;
/** A page ends sooner when its events are so large together: the platform passes on 6 MB, and memory is small. */
const MAX_PAGE_BYTES = 1024 * 1024;

interface FeedQuery {
  /** a position, or `now`; undefined: from the oldest that is kept */
  readonly after?: string;
  readonly types?: readonly EventType[];
  readonly limit: number;
}

export interface FeedPage {
  /** the bytes of each event as its deliveries have them */
  readonly events: readonly string[];
  /** what to ask after next; the same as was asked when nothing has come since */
  readonly next: string;
}

interface Head {
  /** what was asked after is not kept, or is of a database that was restored since */
  readonly expired: boolean;
  readonly from: string;
  /** the last event that was looked at; null: none */
  readonly last: string | null;
  /** how many of those are asked for, one more than the limit at most */
  readonly wanted: number;
}

/** Null where no event is asked for: the head stands alone then. */
type Placed<Row> = { readonly [Key in keyof Row]: Row[Key] } & { readonly position: string };

/**
 * Events in the order of the transactions that wrote them, so that none comes late: what is newer than the oldest
 * transaction under way waits for it. Undefined when events behind the position were removed.
 */
export async function readFeed(sql: Sql, { after, types, limit }: FeedQuery): Promise<FeedPage | undefined> {
  if (after === 'now') return { events: [], next: await lastPosition(sql) };
  const given = after === undefined ? undefined : parseFeedPosition(after);
  const start = given
    ? sql`${given.xid}::text::xid8 as xid, ${given.seq}::bigint as seq`
    : sql`removed_xid as xid, removed_seq as seq`;
  // One statement: what is kept and what is there are of one moment.
  const rows = await sql<(Head & (Placed<SelectedEvent> | { position: null }))[]>`
    with bounds as materialized (
      select ${start}, removed_xid, removed_seq, pg_current_snapshot() as now from event_feed
    ), looked as materialized (
      select seq, xid, type, for_endpoint from events
      where (xid, seq) > ((select xid from bounds), (select seq from bounds))
        and xid < (select pg_snapshot_xmin(now) from bounds)
      order by xid, seq limit ${MAX_LOOKED_THROUGH}
    ), wanted as materialized (
      select seq from looked
      -- a test is for its endpoint alone
      where for_endpoint is null and ${types === undefined ? sql`true` : sql`type = any(${[...types]})`}
      order by xid, seq limit ${limit + 1}
    ), page as (
      select e.seq, e.xid, ${selectedEvent(sql)}
      -- an array: they are looked up by their keys whatever the planner thinks of their number
      from events e left join watches w on e.job_from_watch and w.job_id = e.job_id
      where e.seq = any(array(select seq from wanted))
    ), sized as (
      select *, sum(octet_length(data)) over (order by xid, seq) - octet_length(data) as bytes_before from page
    )
    select (b.xid, b.seq) < (b.removed_xid, b.removed_seq) or b.xid > pg_snapshot_xmax(b.now) as expired,
      b.xid || '-' || b.seq as from,
      (select xid || '-' || seq from looked order by looked.xid desc, looked.seq desc limit 1) as last,
      (select count(*)::int from wanted) as wanted,
      s.xid || '-' || s.seq as position, s.event_id, s.type, s.bucket, s.job_id, s.subject, s.at, s.data
    from bounds b left join sized s on s.bytes_before < ${MAX_PAGE_BYTES}
    order by s.xid, s.seq`;
  const [head] = rows;
  if (head === undefined) throw new Error('expected the row of event_feed, got none');
  if (head.expired) return undefined;
  const page = rows.flatMap((row) => (row.position === null ? [] : [row])).slice(0, limit);
  const isCut = page.length < head.wanted;
  return {
    events: page.map((row) => cloudEventBody(toStoredEvent(row))),
    next: (isCut ? page.at(-1)?.position : head.last) ?? head.from,
  };
}

/** Behind all that can be read now. */
async function lastPosition(sql: Sql): Promise<string> {
  const [last] = await sql<FeedPosition[]>`
    (select xid::text as xid, seq::text as seq from events
      where events.xid < (select pg_snapshot_xmin(pg_current_snapshot()))
      order by events.xid desc, events.seq desc limit 1)
    union all select removed_xid::text, removed_seq::text from event_feed
    limit 1`;
  if (last === undefined) throw new Error('expected the row of event_feed, got none');
  return formatFeedPosition(last);
}
