import { prepared } from '../../store/prepared.ts';
import type { Sql } from '../../store/store.ts';
import type { IntentRow } from '../intent.ts';
import { mayStillWrite, openJobAt } from './in-use.ts';
import { isOfOneJob, type Output, outputsOf } from './output.ts';

export type OutputsTaken =
  | { readonly outcome: 'taken' }
  /** another's job writes one of them; its id is not known before CI's answer is */
  | { readonly outcome: 'busy'; readonly output: Output; readonly jobId: string | undefined };

/**
 * Takes the outputs of a rule's intent, in the order of their keys: all of them, or none. They are given back with the
 * transaction, or by whoever settles the intent.
 */
export async function takeOutputs(sql: Sql, intent: IntentRow): Promise<OutputsTaken> {
  const outputs = JSON.stringify(outputsOf(intent.request).filter((output) => !isOfOneJob(output)));
  // Locked first and judged by the next statement: only that one sees what the holder before has committed.
  const held = prepared(sql<{ bucket: string; key: string; intent_id: string }[]>`
    insert into output_holds as h (bucket, key, intent_id, held_at)
    select distinct o.bucket, o.key collate "C", ${intent.id}::uuid, jobwatch_now()
    from json_to_recordset(${outputs}::text::json) as o (bucket text, key text)
    order by 1, 2
    on conflict (bucket, key) do update set intent_id = h.intent_id
    returning bucket, key, intent_id`).execute();
  const judged = prepared(sql<{ bucket: string; key: string; job_id: string | null }[]>`
    select h.bucket, h.key, coalesce(
      (select job_id from watches where intent_id = h.intent_id and outcome = '' limit 1),
      ${openJobAt(sql, sql`o.bucket`, sql`o.key`)}) as job_id
    from json_to_recordset(${outputs}::text::json) as o (bucket text, key text) cross join lateral (
      select bucket, key, intent_id from output_holds
      where bucket = o.bucket and key = o.key collate "C" limit 1) as h
    where (h.intent_id <> ${intent.id} and ${mayStillWrite(sql, sql`h.intent_id`)})
      or ${openJobAt(sql, sql`o.bucket`, sql`o.key`)} is not null
    limit 1`);
  const [holders, [busy]] = await Promise.all([held, judged]);
  if (busy) {
    // Whoever waits holds nothing: two that hold what the other waits for would wait for ever.
    await sql`delete from output_holds where intent_id = ${intent.id}`;
    const { bucket, key, job_id } = busy;
    return { outcome: 'busy', output: { bucket, key }, jobId: job_id ?? undefined };
  }
  const others = holders.filter(({ intent_id }) => intent_id !== intent.id);
  if (others.length > 0)
    await sql`
      update output_holds h set intent_id = ${intent.id}, held_at = jobwatch_now()
      from json_to_recordset(${JSON.stringify(others)}::text::json) as o (bucket text, key text)
      where h.bucket = o.bucket and h.key = o.key`;
  return { outcome: 'taken' };
}
