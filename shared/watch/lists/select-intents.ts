import type { Placed } from '../../store/cursor.ts';
import type { Fragment, Sql } from '../../store/store.ts';
import { isPutOff } from '../../throttle/lanes.ts';
import type { Watch } from '../watch.ts';
import { isInTime, isKey } from './conditions.ts';
import { inOrder, isBehind, isWrittenSince, microseconds, type PageQuery, startOf } from './place.ts';
import { showsPending, type WatchFilter } from './watch-filter.ts';

/** Submissions whose job is not known, by what became of them. */
const LISTED_STATES = ['Pending', 'Superseded', 'Refused', 'Canceled'] as const;
export type ListedState = (typeof LISTED_STATES)[number];
/** They are shown to whoever asks for their intent. */
const UNLISTED: readonly ListedState[] = ['Refused', 'Canceled'];

export interface PlacedIntent extends Placed {
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
  listed_as: ListedState;
  last_error: string;
  attempt: number;
  input_key: string | null;
  input_bytes: string | null;
  output_key: string | null;
  rendition: string;
  retry_of: string | null;
  retried_as: string | null;
  created_at: Date;
  /** null while it waits for something else than a time */
  next_try_at: Date | null;
  settled_at: Date | null;
}

/** Which submissions without a job the filter lets through; what was refused or taken back is shown to whoever asks for it by id. */
export function listedStates({ state, outcome, code, open, intent }: WatchFilter): readonly ListedState[] {
  if (outcome !== undefined || code !== undefined) return [];
  return LISTED_STATES.filter(
    (each) =>
      (!UNLISTED.includes(each) || intent !== undefined) &&
      (state === undefined || state.includes(each)) &&
      (open === undefined || open === (each === 'Pending')),
  );
}

export async function selectIntents(sql: Sql, state: ListedState, page: PageQuery): Promise<PlacedIntent[]> {
  const isInState = {
    Pending: sql`i.settled_at is null`,
    // One that was given up may have a job after all: that is listed instead.
    Superseded: sql`i.state = 'superseded' and ${hasNoJob(sql)}`,
    Refused: sql`i.state = 'refused'`,
    Canceled: sql`i.state = 'canceled'`,
  }[state];
  return await select(sql, page, isInState, sql`${state}::text`);
}

/** Submissions that were pending when the first page was asked for, and that were refused, taken back or given up since. */
export async function selectSettled(sql: Sql, page: PageQuery): Promise<PlacedIntent[]> {
  const start = startOf(page);
  if (start === undefined || !showsPending(page.query)) return [];
  return await select(
    sql,
    page,
    sql`i.state in ('refused', 'superseded', 'canceled') and ${hasNoJob(sql)}
      and ${isWrittenSince(sql, start, sql`i.settled_at`, sql`i.xmin`)}`,
    sql`initcap(i.state)`,
  );
}

async function select(
  sql: Sql,
  page: PageQuery,
  condition: Fragment,
  listedAs: Fragment,
): Promise<PlacedIntent[]> {
  const { query, most } = page;
  const { rule, bucket, tag, intent, input, output } = query;
  const id = sql`i.id::text collate "C"`;
  return await sql<PlacedIntent[]>`
    select i.*, i.id::text as id, ${listedAs} as listed_as, ${microseconds(sql, sql`i.created_at`)} as created_us,
      nullif(i.next_try_at, 'infinity') as next_try_at,
      coalesce(nullif(i.last_error, ''), ${laneReason(sql)}, '') as last_error
    from intents i
    where ${condition}
      ${rule === undefined ? sql`` : sql`and i.rule = ${rule}`}
      ${bucket === undefined ? sql`` : sql`and i.bucket = ${bucket}`}
      ${tag === undefined ? sql`` : sql`and i.request->>'Tag' = ${tag}`}
      ${intent === undefined ? sql`` : sql`and i.id = ${intent}`}
      ${input === undefined ? sql`` : sql`and i.state <> 'submitted' and ${isKey(sql, sql`i.input_key`, input)}`}
      ${output === undefined ? sql`` : sql`and ${isKey(sql, sql`i.output_key`, output)}`}
      and ${isInTime(sql, sql`i.created_at`, query)}
      and ${isBehind(sql, page, sql`i.created_at`, id)}
    order by ${inOrder(sql, query, sql`i.created_at`, sql`i.id`)}
    limit ${most}`;
}

function hasNoJob(sql: Sql): Fragment {
  return sql`not exists (select 1 from watches w where w.intent_id = i.id)`;
}

/** Why the lane that a pending submission waits in is put off. */
function laneReason(sql: Sql): Fragment {
  return sql`(
    select reason from lanes
    where kind = 'submit' and lanes.bucket = i.bucket and lanes.region = i.region
      and lanes.rule = i.rule and i.state = 'pending' and ${isPutOff(sql)})`;
}
