import type { Sql } from '../store/store.ts';
import type { IntentRow, ObjectOfRule } from './intent.ts';
import { giveUpOutputs } from './output-holds.ts';

const REASON = 'superseded: a newer version of the object came before it was submitted';

/**
 * Closes what was not posted of older versions. Resolves with the place in line of the first of them, which the newer
 * version takes; undefined when there was none.
 */
export async function supersedeOlder(
  sql: Sql,
  { bucket, object, rule }: ObjectOfRule,
  version: number,
): Promise<Date | undefined> {
  const [first] = await sql<{ place: Date | null }[]>`
    with closed as (
      update intents i set ${closing(sql)}
      from (
        -- what waits for its output, or was put off, has the place of when it was made
        select id, least(next_try_at, created_at) as place from intents
        where settled_at is null and state = 'pending' and bucket = ${bucket} and rule = ${rule}
          and request->'Input'->>'Object' = ${object} and coalesce(version, 0) < ${version}
        order by id
        for update
      ) as older
      where i.id = older.id
      returning older.place
    )
    select min(place) as place from closed`;
  return first?.place ?? undefined;
}

/** Whether a newer version of the intent's object is known by now. What a caller submits has no version. */
export async function isOutdated(sql: Sql, intent: IntentRow): Promise<boolean> {
  if (intent.version === null) return false;
  const [newer] = await sql`
    select 1 from object_versions
    where bucket = ${intent.bucket} and region = ${intent.region} and rule = ${intent.rule}
      and object = ${String(intent.request.Input?.['Object'])} and version > ${intent.version}`;
  return newer !== undefined;
}

/** Closes an intent that was just written down, if a newer version is known by now. */
export async function supersedeAtBirth(sql: Sql, intent: IntentRow, id: string): Promise<boolean> {
  const isOlder = await isOutdated(sql, intent);
  if (isOlder) await sql`update intents set ${closing(sql)} where id = ${id}`;
  return isOlder;
}

/** Closes an intent without a job. Fenced by its claim. */
export async function settleSuperseded(sql: Sql, intent: IntentRow, token: string): Promise<void> {
  const closed = await sql`
    update intents set ${closing(sql)}
    where id = ${intent.id} and claim_token = ${token} and settled_at is null`;
  if (closed.count > 0) await giveUpOutputs(sql, intent.id);
}

function closing(sql: Sql) {
  return sql`
    state = 'superseded', settled_at = jobwatch_now(), last_error = ${REASON},
    claim_token = null, claimed_until = null, waits_bucket = null, waits_key = null`;
}
