import type { Fragment, Sql } from '../../store/store.ts';
import type { IntentRow, ObjectOfRule } from '../intent.ts';
import { giveBackOutputs } from '../outputs/give-back.ts';

const REASON = 'superseded: a newer version of the object came before it was submitted';

/** Closes what was not posted of older versions. */
export async function supersedeOlder(sql: Sql, at: ObjectOfRule, version: number): Promise<void> {
  await closeOlder(sql, at, version);
}

/** The statement that closes them: it returns the `place` in line of each. */
export function closeOlder(sql: Sql, { bucket, object, rule }: ObjectOfRule, version: number): Fragment {
  return sql`
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
    returning older.place`;
}

/** Whether a newer version of the intent's object is known by now. What a caller submits has no version. */
export async function isOutdated(sql: Sql, intent: IntentRow): Promise<boolean> {
  if (intent.version === null) return false;
  const [newer] = await sql`select 1 from intents i where i.id = ${intent.id} and ${hasNewer(sql)}`;
  return newer !== undefined;
}

/** The condition that a newer version of the object of an intent `i` is known. */
export function hasNewer(sql: Sql): Fragment {
  return sql`exists (
    select 1 from object_versions v
    where v.bucket = i.bucket and v.region = i.region and v.rule = i.rule
      and v.object = i.request->'Input'->>'Object' and v.version > i.version)`;
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
