import type { Sql } from '../../store/store.ts';
import type { IntentState } from '../intent.ts';
import { giveBackOutputs } from '../outputs/give-back.ts';

export type Canceled =
  | { readonly outcome: 'canceled' }
  /** it had ended without a job before */
  | { readonly outcome: 'ended' }
  /** CI has it, or may have it */
  | { readonly outcome: 'too-late'; readonly state: IntentState }
  | { readonly outcome: 'unknown' };

/**
 * Takes back a submission that CI certainly has not: whoever has claimed it finds it settled, since it is posted only
 * under its lock.
 */
export async function cancelIntent(sql: Sql, id: string, by: string): Promise<Canceled> {
  const [known] = await sql<{ state: IntentState }[]>`select state from intents where id = ${id} for update`;
  if (known === undefined) return { outcome: 'unknown' };
  const { state } = known;
  if (state === 'refused' || state === 'superseded' || state === 'canceled') return { outcome: 'ended' };
  if (state !== 'pending') return { outcome: 'too-late', state };
  await sql`
    update intents set
      state = 'canceled', settled_at = jobwatch_now(), last_error = ${`canceled by ${by}`},
      claim_token = null, claimed_until = null, waits_bucket = null, waits_key = null
    where id = ${id}`;
  await giveBackOutputs(sql, id);
  return { outcome: 'canceled' };
}
