import type { Sql } from '../../store/store.ts';
import type { IntentRow } from '../intent.ts';

export async function getIntent(sql: Sql, id: string | null): Promise<IntentRow | undefined> {
  const [intent] = await sql<IntentRow[]>`select * from intents where id = ${id}`;
  return intent;
}

/** The latest intent of a newer version of the same object. */
export async function getNewer(sql: Sql, intent: IntentRow): Promise<IntentRow | undefined> {
  const [newest] = await sql<IntentRow[]>`
    select i.* from object_versions v join intents i on i.id = v.intent_id
    where v.bucket = ${intent.bucket} and v.region = ${intent.region} and v.rule = ${intent.rule}
      and v.object = ${String(intent.request.Input?.['Object'])} and v.version > ${intent.version}`;
  return newest;
}
