import type { Rule } from '../rules/rule.ts';
import { prepared } from '../store/prepared.ts';
import type { Sql } from '../store/store.ts';
import type { ObjectOfRule } from '../submit/intent.ts';
import {
  judgeWrite,
  type KnownObject,
  type KnownWrite,
  type ReportedWrite,
  type WriteVerdict,
  withNewestOfItsOwn,
} from './object-version.ts';

/** What a report of a write came to. */
export interface TakenVersion {
  readonly verdict: WriteVerdict;
  /** the number of the newest version */
  readonly version: number;
  /** the latest intent of the newest version; null when there is none */
  readonly intentId: string | null;
  /** when the newest was written, in unix milliseconds, as it was reported */
  readonly newestMs: number;
  /** what is known after the report */
  readonly known: KnownObject;
  /** false: the report says nothing new, which is no reason to write */
  readonly isNews: boolean;
}

interface VersionRow {
  etag: string;
  event_time: Date;
  writes: string[];
  seen_at: Date;
  known: KnownWrite[] | null;
  version: number;
  intent_id: string | null;
}

/**
 * Judges a report of a write, one at a time for each object and rule: the row stays locked until the caller's
 * transaction ends. What is known after it is for `saveVersion` to note.
 */
export async function takeVersion(
  sql: Sql,
  at: ObjectOfRule,
  report: Omit<ReportedWrite, 'nowMs'>,
): Promise<TakenVersion> {
  // Both travel together: the second finds what the first has made.
  const made = prepared(sql`
    insert into object_versions (bucket, region, object, rule, etag, event_time, writes, known, seen_at)
    values (${at.bucket}, ${at.region}, ${at.object}, ${at.rule}, '', '-infinity', '{}', '[]', '-infinity')
    on conflict do nothing`).execute();
  const locked = prepared(sql<(VersionRow & { now: Date })[]>`
    with locked as (
      -- in the future: reported before the clock was put back, and no reason to doubt a listing
      select etag, nullif(event_time, '-infinity') as event_time, writes,
        case when seen_at <= jobwatch_now() then nullif(seen_at, '-infinity') end as seen_at,
        known, version, intent_id
      from object_versions where ${is(sql, at)}
      for update
    )
    select *, jobwatch_now() as now from locked`);
  const [, [row]] = await Promise.all([made, locked]);
  if (row === undefined) throw new Error('the version of an object vanished while it was taken');
  const before = knownOf(row);
  const { verdict, known } = judgeWrite(before, { ...report, nowMs: row.now.getTime() });
  const version = verdict === 'newer' ? row.version + 1 : row.version;
  const intentId = verdict === 'newer' ? null : row.intent_id;
  const newestMs = known.writes.at(-1)?.timeMs ?? report.timeMs;
  return { verdict, version, intentId, newestMs, known, isNews: known !== before };
}

/** The newest, taken for the version before it so far, becomes the next one. Within the transaction that took the report. */
export async function makeNewestAVersion(sql: Sql, at: ObjectOfRule): Promise<number> {
  const [row] = await sql<VersionRow[]>`select * from object_versions where ${is(sql, at)} for update`;
  if (row === undefined) throw new Error('the version of an object vanished while it was taken');
  const version = row.version + 1;
  await saveVersion(sql, at, { known: withNewestOfItsOwn(knownOf(row)), version, intentId: null });
  return version;
}

/** Those of a listing's objects whose newest version the rule does not know. */
export async function withoutKnown<T extends { readonly key: string; readonly etag: string }>(
  sql: Sql,
  { bucket, region, name }: Rule,
  objects: readonly T[],
): Promise<T[]> {
  const keys = JSON.stringify(objects.map(({ key }) => key));
  const known = await sql<{ object: string; etag: string }[]>`
    select object, etag from object_versions
    where bucket = ${bucket} and region = ${region} and rule = ${name}
      and object in (select json_array_elements_text(${keys}::text::json))`;
  const etags = new Map(known.map(({ object, etag }) => [object, etag]));
  return objects.filter(({ key, etag }) => etags.get(key) !== etag);
}

/** Remembers the latest intent of a version, as long as that is the newest. */
export async function noteIntent(
  sql: Sql,
  at: ObjectOfRule,
  version: number,
  intentId: string,
): Promise<void> {
  await sql`update object_versions set intent_id = ${intentId} where ${is(sql, at)} and version = ${version}`;
}

/**
 * Notes what is known of an object, in the transaction that judged it. The previous release goes on with the columns that
 * it knows: the newest write, and those of its second.
 */
export async function saveVersion(
  sql: Sql,
  at: ObjectOfRule,
  { known, version, intentId }: Pick<TakenVersion, 'known' | 'version' | 'intentId'>,
): Promise<void> {
  const { writes, seenAtMs } = known;
  const newest = writes.at(-1);
  const ofItsSecond = writes.filter(({ id, timeMs }) => id !== '' && timeMs === newest?.timeMs);
  await prepared(sql`
    update object_versions set
      etag = ${newest?.etag ?? ''}, event_time = ${new Date(newest?.timeMs ?? 0)},
      -- a list would have to be described before it is bound
      writes = array(select json_array_elements_text(${JSON.stringify(ofItsSecond.map(({ id }) => id))}::text::json)), known = ${JSON.stringify(writes)}::text::json,
      version = ${version}, intent_id = ${intentId}, seen_at = ${new Date(seenAtMs)}
    where ${is(sql, at)}`);
}

/** Adds what the previous release has taken since: it leaves `known` as it was. */
function knownOf({ etag, event_time, writes, seen_at, known }: VersionRow): KnownObject {
  const seenAtMs = seen_at?.getTime() ?? 0;
  const remembered = known ?? [];
  const timeMs = event_time?.getTime();
  const isRemembered = remembered.some((write) => write.timeMs === timeMs && write.etag === etag);
  if (timeMs === undefined || isRemembered) return { writes: remembered, seenAtMs };
  const taken = writes.length > 0 ? writes : [''];
  const added = taken.map((id, index) => ({
    id,
    etag: index === taken.length - 1 ? etag : '',
    timeMs,
    orderMs: timeMs,
    as: 'own' as const,
  }));
  const ids = new Set(remembered.map(({ id }) => id));
  const others = added.filter(({ id }) => id === '' || !ids.has(id));
  return { writes: [...remembered, ...others].sort((a, b) => a.orderMs - b.orderMs), seenAtMs };
}

function is(sql: Sql, { bucket, region, object, rule }: ObjectOfRule) {
  return sql`bucket = ${bucket} and region = ${region} and object = ${object} and rule = ${rule}`;
}
