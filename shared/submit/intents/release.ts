import type { Sql, Store } from '../../store/store.ts';
import { mayStillWrite, openJobAt } from '../outputs/in-use.ts';
import type { Output } from '../outputs/output.ts';

/** Outputs that one statement looks through. */
const RELEASE_BATCH = 500;

/** Makes due again what waited for an output that is free by now, the first in line of each output. */
export async function releaseWaiting(store: Store, isTimeUp: () => boolean): Promise<void> {
  let after: Output | undefined = { bucket: '', key: '' };
  while (after && !isTimeUp()) {
    const from: Output = after;
    after = await store.transaction(async (sql) => {
      const outputs = await waitedFor(sql, from);
      await releaseFirst(sql, outputs);
      return outputs.length === RELEASE_BATCH ? outputs.at(-1) : undefined;
    });
  }
}

/** The same at once for the outputs of these jobs, whatever else waits. */
export async function releaseWaitingFor(sql: Sql, jobIds: readonly string[]): Promise<void> {
  const outputs = await sql<Output[]>`
    with ended as (
      select intent_id, output_bucket, output_key from watches
      where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json))
    )
    select output_bucket as bucket, output_key as key from ended where output_key <> ''
    union
    -- a key whose ending CI has filled in since is held, and waited for, as it was asked for
    select h.bucket, h.key from ended join output_holds h using (intent_id)`;
  await releaseFirst(sql, outputs);
}

/** The next outputs that anything waits for: from one output to the next, since many may wait for one. */
async function waitedFor(sql: Sql, from: Output): Promise<Output[]> {
  return await sql<Output[]>`
    with recursive output as (
      (select waits_bucket as bucket, waits_key as key from intents
        where settled_at is null and waits_key is not null and (waits_bucket, waits_key) > (${from.bucket}, ${from.key})
        order by waits_bucket, waits_key limit 1)
      union all
      select next.* from output o, lateral (
        select waits_bucket, waits_key from intents
        where settled_at is null and waits_key is not null and (waits_bucket, waits_key) > (o.bucket, o.key)
        order by waits_bucket, waits_key limit 1) as next
    )
    select bucket, key from output limit ${RELEASE_BATCH}`;
}

async function releaseFirst(sql: Sql, outputs: readonly Output[]): Promise<void> {
  const free = await sql<{ id: string | null }[]>`
    select (
      select id from intents
      where settled_at is null and waits_bucket = o.bucket and waits_key = o.key
      order by created_at limit 1) as id
    from json_to_recordset(${JSON.stringify(outputs)}::text::json) as o (bucket text, key text)
    where not exists (
        select 1 from output_holds h
        where h.bucket = o.bucket and h.key = o.key collate "C" and ${mayStillWrite(sql, sql`h.intent_id`)})
      and ${openJobAt(sql, sql`o.bucket`, sql`o.key`)} is null`;
  const ids = free.flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return;
  await sql`
    with freed as (select id from intents where id in ${sql(ids)} order by id for update)
    update intents i set
      -- it keeps its place in line
      next_try_at = i.created_at, waits_bucket = null, waits_key = null, last_error = ''
    from freed where i.id = freed.id and i.settled_at is null and i.state = 'pending'`;
}
