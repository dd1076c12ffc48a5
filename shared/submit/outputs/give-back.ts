import type { Sql } from '../../store/store.ts';
import { forgetOutputs } from './note.ts';

/** Frees the outputs of an intent that has no job: it is not posted, or CI did not take it. */
export async function giveBackOutputs(sql: Sql, intentId: string): Promise<void> {
  await sql`delete from output_holds where intent_id = ${intentId}`;
  await forgetOutputs(sql, intentId);
}
