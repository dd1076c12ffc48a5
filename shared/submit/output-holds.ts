import type { Sql, Store } from '../store/store.ts';
import type { IntentRow } from './intent.ts';
import { headOf, isOfOneJob, mayBecome, type Output, outputsOf } from './outputs.ts';

/** What one statement looks through. */
const BATCH = 500;
/** Holds are looked through for idle ones once they are so old. */
const IDLE_AFTER_SECONDS = 600;
/** So many in one sweep. */
const IDLE_BATCH = 100;
/** So many different outputs that may be meant by a key are looked at: more stand below one folder in no real bucket. */
const MAX_CANDIDATES = 100;

/** An output that somebody else's job writes, and that job as far as it is known. */
export interface HeldOutput extends Output {
  readonly jobId: string | undefined;
}

/**
 * Takes the outputs of a rule's intent, in the order of their keys, or names one that another's job is writing. What
 * was taken by then is given back with the transaction, or by whoever settles the intent.
 */
export async function takeOutputs(sql: Sql, intent: IntentRow): Promise<HeldOutput | undefined> {
  const outputs = JSON.stringify(outputsOf(intent.request).filter((output) => !isOfOneJob(output)));
  // Locked first and judged by the next statement: only that one sees what the holder before has committed.
  const holders = await sql<{ bucket: string; key: string; intent_id: string }[]>`
    insert into output_holds as h (bucket, key, intent_id, held_at)
    select distinct o.bucket, o.key collate "C", ${intent.id}::uuid, jobwatch_now()
    from json_to_recordset(${outputs}::text::json) as o (bucket text, key text)
    order by 1, 2
    on conflict (bucket, key) do update set intent_id = h.intent_id
    returning bucket, key, intent_id`;
  const [busy] = await sql<{ bucket: string; key: string; job_id: string | null }[]>`
    select o.bucket, o.key, coalesce(
      (select job_id from watches where intent_id = o.intent_id and outcome = '' limit 1),
      ${jobWriting(sql, sql`o.bucket`, sql`o.key`)}) as job_id
    from json_to_recordset(${JSON.stringify(holders)}::text::json) as o (bucket text, key text, intent_id uuid)
    where (o.intent_id <> ${intent.id} and ${isWriting(sql, sql`o.intent_id`)})
      or ${jobWriting(sql, sql`o.bucket`, sql`o.key`)} is not null
    limit 1`;
  if (busy) {
    // Whoever waits holds nothing: two that hold what the other waits for would wait for ever.
    await sql`delete from output_holds where intent_id = ${intent.id}`;
    return { bucket: busy.bucket, key: busy.key, jobId: busy.job_id ?? undefined };
  }
  const others = holders.filter(({ intent_id }) => intent_id !== intent.id);
  if (others.length === 0) return undefined;
  await sql`
    update output_holds h set intent_id = ${intent.id}, held_at = jobwatch_now()
    from json_to_recordset(${JSON.stringify(others)}::text::json) as o (bucket text, key text)
    where h.bucket = o.bucket and h.key = o.key`;
  return undefined;
}

/** Lets go of what the intent holds: it is not posted, or was not taken. */
export async function giveUpOutputs(sql: Sql, intentId: string): Promise<void> {
  await sql`delete from output_holds where intent_id = ${intentId}`;
  await sql`delete from intent_outputs where intent_id = ${intentId}`;
}

/** The intent's outputs are being written from now on, by jobs whose ids are not known yet. */
export async function noteOutputs(sql: Sql, intent: Pick<IntentRow, 'id' | 'request'>): Promise<void> {
  const outputs = outputsOf(intent.request).map((output) => ({ ...output, head: headOf(output.key) }));
  await sql`
    insert into intent_outputs (intent_id, bucket, head, key)
    select ${intent.id}::uuid, o.bucket, o.head, o.key
    from json_to_recordset(${JSON.stringify(outputs)}::text::json) as o (bucket text, head text, key text)
    where not exists (select 1 from intent_outputs where intent_id = ${intent.id})`;
}

/** CI has told the jobs: whoever asks finds them among the watches. */
export async function forgetOutputs(sql: Sql, intentId: string): Promise<void> {
  await sql`delete from intent_outputs where intent_id = ${intentId}`;
}

/**
 * Whether a job that CI may have taken, but has not told us of, is to write this object: the answer to its submission is
 * on its way, or was lost. Reads a bounded number of rows, whatever waits.
 */
export async function isBeingWritten(
  sql: Sql,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<boolean> {
  const heads = [''];
  for (const character of key) heads.push(`${heads.at(-1)}${character}`);
  const asked = await sql<{ key: string }[]>`
    with recursive head as (
      select distinct h.head collate "C" as head
      from json_array_elements_text(${JSON.stringify(heads)}::text::json) as h (head)
      where exists (select 1 from intent_outputs o where o.bucket = ${bucket} and o.head = h.head collate "C")
    ), candidate as (
      select head, (select min(o.key) from intent_outputs o where o.bucket = ${bucket} and o.head = head.head) as key
      from head
      union all
      -- from one key to the next: many intents may ask for the same one
      select c.head, (select min(o.key) from intent_outputs o
        where o.bucket = ${bucket} and o.head = c.head and o.key > c.key)
      from candidate c where c.key is not null
    )
    select key from candidate where key is not null limit ${MAX_CANDIDATES}`;
  const meant = asked.map((output) => output.key).filter((output) => mayBecome(output, key));
  if (meant.length === 0) return false;
  // No job writes what it reads.
  const [others] = await sql`
    select 1 from intent_outputs o
    where o.bucket = ${bucket} and o.head in ${sql(meant.map(headOf))} and o.key in ${sql(meant)}
      and (select i.request->'Input'->>'Object' from intents i where i.id = o.intent_id) is distinct from ${key}
    limit 1`;
  return others !== undefined;
}

/** Makes due again what waited for an output that is free by now, the first in line of each output. */
export async function releaseWaiting(store: Store, isTimeUp: () => boolean): Promise<void> {
  let after: Output | undefined = { bucket: '', key: '' };
  while (after && !isTimeUp()) {
    const from: Output = after;
    after = await store.transaction((sql) => releaseBatch(sql, from));
  }
}

async function releaseBatch(sql: Sql, from: Output): Promise<Output | undefined> {
  // From one output to the next: many may wait for one.
  const outputs = await sql<Output[]>`
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
    select bucket, key from output limit ${BATCH}`;
  await releaseFirst(sql, outputs);
  return outputs.length === BATCH ? outputs.at(-1) : undefined;
}

/** The same at once for the outputs of these jobs, whatever else waits. */
export async function releaseWaitingFor(sql: Sql, jobIds: readonly string[]): Promise<void> {
  const outputs = await sql<Output[]>`
    select distinct output_bucket as bucket, output_key as key from watches
    where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json)) and output_key <> ''`;
  await releaseFirst(sql, outputs);
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
        where h.bucket = o.bucket and h.key = o.key collate "C" and ${isWriting(sql, sql`h.intent_id`)})
      and ${jobWriting(sql, sql`o.bucket`, sql`o.key`)} is null`;
  const ids = free.flatMap(({ id }) => id ?? []);
  if (ids.length === 0) return;
  await sql`
    with freed as (select id from intents where id in ${sql(ids)} order by id for update)
    update intents i set
      -- it keeps its place in line
      next_try_at = i.created_at, waits_bucket = null, waits_key = null, last_error = ''
    from freed where i.id = freed.id and i.settled_at is null and i.state = 'pending'`;
}

/** Removes holds of outputs that nobody writes any more, a few at a time: until then they hold nobody up. */
export async function removeIdleHolds(sql: Sql): Promise<void> {
  const oldest = await sql<{ bucket: string; key: string; busy: boolean }[]>`
    select bucket, key, ${isWriting(sql, sql`h.intent_id`)} as busy from output_holds h
    where held_at < (select jobwatch_now() - ${IDLE_AFTER_SECONDS} * interval '1 second')
    order by held_at limit ${IDLE_BATCH}
    for update skip locked`;
  // Travel together: a hundred statements are one round trip.
  await Promise.all(
    oldest.map(({ bucket, key, busy }) =>
      busy
        ? // looked at again after all others
          sql`update output_holds set held_at = jobwatch_now() where bucket = ${bucket} and key = ${key}`
        : sql`delete from output_holds where bucket = ${bucket} and key = ${key}`,
    ),
  );
}

/** Whether an intent has a job that may still write: CI may take it, or has not ended it. Asked of one row at a time. */
function isWriting(sql: Sql, intentId: ReturnType<Sql>) {
  return sql`coalesce(
    (select true from intents x where x.id = ${intentId} and x.settled_at is null limit 1),
    (select true from watches x where x.intent_id = ${intentId} and x.outcome = '' limit 1),
    false)`;
}

/**
 * The open job of a rule that writes an output. Nothing holds it for one that came back from Missing, whose intent has
 * been removed, or that the previous release submitted.
 */
function jobWriting(sql: Sql, bucket: ReturnType<Sql>, key: ReturnType<Sql>) {
  return sql`(
    select job_id from watches
    where output_bucket = ${bucket} and output_key = ${key} and output_key <> '' and outcome = '' and rule <> ''
    limit 1)`;
}
