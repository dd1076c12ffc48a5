import { type Placed, type Position, timeOf } from '../store/cursor.ts';
import type { Sql } from '../store/store.ts';
import { isPutOff } from '../throttle/lanes.ts';
import { type Watch, type WatchRow, watchColumns } from './watch.ts';
import type { WatchFilter } from './watch-filter.ts';

/** Submissions whose job is not known, by what became of them. */
export const LISTED_STATES = ['Pending', 'Superseded', 'Refused', 'Canceled'] as const;
export type ListedState = (typeof LISTED_STATES)[number];

/** What left its place so long ago is not looked for any more by a listing that began before. */
const LISTING_SECONDS = 300;

export type PlacedWatch = WatchRow & Placed & { intent_id: string | null };

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
  created_at: Date;
  /** null while it waits for something else than a time */
  next_try_at: Date | null;
  settled_at: Date | null;
}

/** One page of a listing. */
export interface PageQuery {
  readonly filter: WatchFilter;
  readonly after: Position | undefined;
  readonly most: number;
}

/** Watches of the same time stand by their job; those that came from a submission together, next behind its place. */
export async function selectWatches(sql: Sql, { filter, after, most }: PageQuery): Promise<PlacedWatch[]> {
  const { state, outcome, rule, intent } = filter;
  return await sql<PlacedWatch[]>`
    select ${watchColumns(sql)}, coalesce(list_id, job_id) as id,
      ${microseconds(sql, sql`created_at`)} as created_us
    from watches w
    where true
      ${state === undefined ? sql`` : sql`and state = ${state}`}
      ${outcome === undefined ? sql`` : sql`and outcome = ${outcome}`}
      ${rule === undefined ? sql`` : sql`and rule = ${rule}`}
      ${intent === undefined ? sql`` : sql`and intent_id = ${intent}`}
      ${after ? sql`and (created_at, coalesce(list_id, job_id)) < ${place(sql, after)}` : sql``}
    order by created_at desc, coalesce(list_id, job_id) desc
    limit ${most}`;
}

export async function selectIntents(
  sql: Sql,
  state: ListedState,
  { filter: { rule, intent }, after, most }: PageQuery,
): Promise<PlacedIntent[]> {
  const isInState = {
    Pending: sql`settled_at is null`,
    // One that was given up may have a job after all: that is listed instead.
    Superseded: sql`state = 'superseded' and not exists (select 1 from watches w where w.intent_id = intents.id)`,
    Refused: sql`state = 'refused'`,
    Canceled: sql`state = 'canceled'`,
  }[state];
  return await sql<PlacedIntent[]>`
    select *, id::text as id, ${state} as listed_as, ${microseconds(sql, sql`created_at`)} as created_us,
      nullif(next_try_at, 'infinity') as next_try_at, coalesce(nullif(last_error, ''), ${laneReason(sql)}, '') as last_error
    from intents
    where ${isInState}
      ${rule === undefined ? sql`` : sql`and rule = ${rule}`}
      ${intent === undefined ? sql`` : sql`and id = ${intent}`}
      ${after ? sql`and created_at <= ${timeOf(sql, after.createdUs)} and (created_at, id::text collate "C") < ${place(sql, after)}` : sql``}
    order by created_at desc, intents.id desc
    limit ${most}`;
}

/** Submissions that were pending when the first page was asked for, and that CI has refused, or somebody taken back, since. */
export async function selectRefused(
  sql: Sql,
  { filter: { rule }, after, most }: PageQuery,
): Promise<PlacedIntent[]> {
  if (after?.sinceUs === undefined) return [];
  return await sql<PlacedIntent[]>`
    select *, id::text as id, initcap(state) as listed_as, ${microseconds(sql, sql`created_at`)} as created_us
    from intents
    where state in ('refused', 'canceled') and settled_at > ${lately(sql, after.sinceUs)}
      ${rule === undefined ? sql`` : sql`and rule = ${rule}`}
      and (created_at, id::text collate "C") < ${place(sql, after)}
    order by created_at desc, intents.id desc
    limit ${most}`;
}

/**
 * Watches that were made for another reason, by discovery or a caller, and only then found to be a submission's: they
 * have a place of their own, before the first page. Where the submission was they come for those who saw neither.
 */
export async function selectJoined(
  sql: Sql,
  { filter: { rule }, after, most }: PageQuery,
): Promise<PlacedWatch[]> {
  if (after?.sinceUs === undefined) return [];
  return await sql<PlacedWatch[]>`
    select ${watchColumns(sql)}, i.id || '.' || w.job_id as id, ${microseconds(sql, sql`i.created_at`)} as created_us
    from intents i join watches w on w.intent_id = i.id
    where i.state = 'submitted' and i.settled_at > ${lately(sql, after.sinceUs)}
      and w.list_id is null and w.created_at > ${timeOf(sql, after.sinceUs)}
      ${rule === undefined ? sql`` : sql`and w.rule = ${rule}`}
      and (i.created_at, (i.id || '.' || w.job_id) collate "C") < ${place(sql, after)}
    order by i.created_at desc, i.id desc, w.job_id desc
    limit ${most}`;
}

/** Why the lane that a pending submission waits in is put off. */
function laneReason(sql: Sql) {
  return sql`(
    select reason from lanes
    where kind = 'submit' and lanes.bucket = intents.bucket and lanes.region = intents.region
      and lanes.rule = intents.rule and intents.state = 'pending' and ${isPutOff(sql)})`;
}

function place(sql: Sql, { createdUs, id }: Position) {
  return sql`(${timeOf(sql, createdUs)}, ${id})`;
}

function lately(sql: Sql, sinceUs: string) {
  return sql`greatest(${timeOf(sql, sinceUs)}, (select jobwatch_now() - ${LISTING_SECONDS} * interval '1 second'))`;
}

function microseconds(sql: Sql, at: ReturnType<Sql>) {
  return sql`(extract(epoch from ${at}) * 1000000)::bigint::text`;
}
