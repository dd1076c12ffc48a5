import type { Sql } from '../../store/store.ts';
import type { Output } from '../outputs/output.ts';

/** It waits for an output that a job, as far as it is known, writes: in no lane meanwhile, and due when the output is free. */
export async function waitForOutput(
  sql: Sql,
  intentId: string,
  { bucket, key }: Output,
  jobId: string | undefined,
): Promise<void> {
  const writer = jobId === undefined ? 'a submission that is not answered yet' : `job ${jobId}`;
  await sql`
    update intents set
      waits_bucket = ${bucket}, waits_key = ${key}, next_try_at = 'infinity',
      last_error = ${`waits for ${writer}, which writes ${key}`}, claim_token = null, claimed_until = null
    where id = ${intentId}`;
}
