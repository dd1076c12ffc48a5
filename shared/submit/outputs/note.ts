import { prepared } from '../../store/prepared.ts';
import type { Sql } from '../../store/store.ts';
import type { IntentRow } from '../intent.ts';
import { headOf, outputsOf } from './output.ts';

/** The intent's outputs are being written from now on, by jobs whose ids are not known yet. */
export async function noteOutputs(sql: Sql, intent: Pick<IntentRow, 'id' | 'request'>): Promise<void> {
  const outputs = outputsOf(intent.request).map((output) => ({ ...output, head: headOf(output.key) }));
  await prepared(sql`
    insert into intent_outputs (intent_id, bucket, head, key)
    select ${intent.id}::uuid, o.bucket, o.head, o.key
    from json_to_recordset(${JSON.stringify(outputs)}::text::json) as o (bucket text, head text, key text)
    where not exists (select 1 from intent_outputs where intent_id = ${intent.id})`);
}

/** CI has told the jobs: whoever asks finds them among the watches. */
export async function forgetOutputs(sql: Sql, intentId: string): Promise<void> {
  await prepared(sql`delete from intent_outputs where intent_id = ${intentId}`);
}
