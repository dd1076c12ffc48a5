import type { Sql, Store } from '../store/store.ts';
import type { IntentRow } from '../submit/intent.ts';
import { isOfOneJob, outputsOf } from '../submit/outputs/output.ts';
import { intendAgain } from './intend-again.ts';

const BATCH = 50;

/**
 * Makes the newest version again where a job of an older one has ended after it was posted: one that came back from
 * Missing, or whose submission had been given up. It may have written over what the newest one's job wrote.
 */
export async function remakeOvertaken(store: Store): Promise<void> {
  await store.transaction(async (sql) => {
    const ended = await sql<{ intent_id: string | null; outcome: string; ended_at: Date }[]>`
      with ended as (
        select job_id from watches where overtaken and outcome <> ''
        order by ended_at limit ${BATCH} for update skip locked
      )
      update watches w set overtaken = false from ended where w.job_id = ended.job_id
      returning w.intent_id, w.outcome, w.ended_at`;
    for (const { intent_id, outcome, ended_at } of ended) {
      if (intent_id !== null && outcome === 'Success') await remake(sql, intent_id, ended_at);
    }
  });
}

async function remake(sql: Sql, intentId: string, endedAt: Date): Promise<void> {
  const [older] = await sql<IntentRow[]>`select * from intents where id = ${intentId}`;
  if (older === undefined || older.version === null) return;
  const [newest] = await sql<IntentRow[]>`
    select i.* from object_versions v join intents i on i.id = v.intent_id
    where v.bucket = ${older.bucket} and v.region = ${older.region} and v.rule = ${older.rule}
      and v.object = ${String(older.request.Input?.['Object'])} and v.version > ${older.version}`;
  // What is posted after the end is made from the newest version anyway.
  if (newest === undefined || newest.posted_at === null || newest.posted_at >= endedAt) return;
  if (sharesOutput(older, newest)) await intendAgain(sql, newest, {});
}

function sharesOutput(a: IntentRow, b: IntentRow): boolean {
  const keys = new Set(outputsOf(a.request).map(({ bucket, key }) => `${bucket}/${key}`));
  return outputsOf(b.request).some(
    (output) => !isOfOneJob(output) && keys.has(`${output.bucket}/${output.key}`),
  );
}
