import type { Sql } from '../../store/store.ts';
import type { IntentRow, ObjectOfRule } from '../intent.ts';
import { giveBackOutputs } from '../outputs/give-back.ts';

const REASON = 'superseded: a newer version of the object came before it was submitted';

/** Closes what was not posted of older versions. The newer one takes the `place` in line of the first of them. */
export async function supersedeOlder(
  sql: Sql,
  { bucket, object, rule }: ObjectOfRule,
  version: number,
): Promise<{ place: Date | undefined }> {
  const [first] = await sql<{ place: Date | null }[]>`
    with closed as (
      update intents i set ${superseded(sql)}
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
  return { place: first?.place ?? undefined };
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

/** Closes an intent that was just inserted, if a newer version is known by now. Resolves with whether it did. */
export async function supersedeIfOutdated(sql: Sql, intent: IntentRow): Promise<boolean> {
  const isOlder = await isOutdated(sql, intent);
  if (isOlder) await sql`update intents set ${superseded(sql)} where id = ${intent.id}`;
  return isOlder;
}

/** Closes an intent without a job. Fenced by its claim. */
export async function settleSuperseded(sql: Sql, intent: IntentRow, token: string): Promise<void> {
  const closed = await sql`
    update intents set ${superseded(sql)}
    where id = ${intent.id} and claim_token = ${token} and settled_at is null`;
  if (closed.count > 0) await giveBackOutputs(sql, intent.id);
}

function superseded(sql: Sql) {
  return sql`
    state = 'superseded', settled_at = jobwatch_now(), last_error = ${REASON},
    claim_token = null, claimed_until = null, waits_bucket = null, waits_key = null`;
}
