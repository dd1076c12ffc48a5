import type { Sql, Store } from '../store/store.ts';
import type { IntentRow } from '../submit/intent.ts';
import { getIntent, getNewer } from '../submit/intents/get.ts';
import { isOfOneJob, type Output, outputsOf } from '../submit/outputs/output.ts';
import { decideEach } from './decide-each.ts';
import { intendAgain } from './intend-again.ts';

/**
 * Makes the newest version again where a job of an older one has ended after it was posted: one that came back from
 * Missing, or whose submission had been given up. It may have written over what the newest one's job wrote.
 */
export async function remakeOvertaken(store: Store): Promise<void> {
  await decideEach(store, async (sql) => {
    const [ended] = await sql<{ intent_id: string | null; outcome: string; ended_at: Date }[]>`
      with ended as (
        select job_id from watches where overtaken and outcome <> ''
        order by ended_at limit 1 for update skip locked
      )
      update watches w set overtaken = false from ended where w.job_id = ended.job_id
      returning w.intent_id, w.outcome, w.ended_at`;
    if (ended?.outcome === 'Success') await remake(sql, ended.intent_id, ended.ended_at);
    return ended !== undefined;
  });
}

async function remake(sql: Sql, intentId: string | null, endedAt: Date): Promise<void> {
  const older = await getIntent(sql, intentId);
  if (older === undefined || older.version === null) return;
  const newest = await getNewer(sql, older);
  // What is posted after the end is made from the newest version anyway.
  if (newest === undefined || newest.posted_at === null || newest.posted_at >= endedAt) return;
  const [before, now] = [outputsOf(older.request), outputsOf(newest.request)];
  if (now.some((output) => !isOfOneJob(output) && before.some((other) => isSame(output, other))))
    await makeAgain(sql, newest);
}

/** Renditions are made again as a set of their own: what was too large is so again. */
async function makeAgain(sql: Sql, newest: IntentRow): Promise<void> {
  const intent = await intendAgain(sql, { ...newest, set_id: newest.set_id && 'new' }, {});
  if (newest.set_id === null) return;
  await sql`
    insert into object_sets (id, bucket, region, object, rule, version, renditions, created_at)
    select ${intent}, bucket, region, object, rule, version, (
      select json_agg(r::jsonb || '{"tries": [], "isLast": false, "ended": false}')
      from json_array_elements(renditions) as r), jobwatch_now()
    from object_sets where id = ${newest.set_id}`;
}

function isSame(a: Output, b: Output): boolean {
  return a.bucket === b.bucket && a.key === b.key;
}
