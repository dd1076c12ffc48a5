import { prepared } from '../../store/prepared.ts';
import type { Sql } from '../../store/store.ts';
import { headOf, mayBecome, type Output } from './output.ts';

/** So many different outputs that may be meant by a key are looked at: more stand below one folder in no real bucket. */
const MAX_CANDIDATES = 100;

/**
 * The outputs by which this object may be meant, of jobs that CI may have taken but has not told us of: the answer to
 * their submission is on its way, or was lost. Reads a bounded number of rows, whatever waits.
 */
export async function outputsMeaning(sql: Sql, { bucket, key }: Output): Promise<string[]> {
  const heads = [''];
  for (const character of key) heads.push(`${heads.at(-1)}${character}`);
  const asked = await prepared(sql<{ key: string }[]>`
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
    select key from candidate where key is not null limit ${MAX_CANDIDATES}`);
  return asked.map((output) => output.key).filter((output) => mayBecome(output, key));
}

/** Whether one of those outputs is of a job that reads another object: no job writes what it reads. */
export async function isBeingWritten(
  sql: Sql,
  { bucket, key }: Output,
  meant: readonly string[],
): Promise<boolean> {
  const [others] = await sql`
    select 1 from intent_outputs o
    where o.bucket = ${bucket} and o.head in ${sql(meant.map(headOf))} and o.key in ${sql(meant)}
      and (select i.request->'Input'->>'Object' from intents i where i.id = o.intent_id) is distinct from ${key}
    limit 1`;
  return others !== undefined;
}
