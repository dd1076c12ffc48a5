import type { Sql } from '../../store/store.ts';

/** Whether an intent may still have a job that writes: CI may take it, or has not ended it. Asked of one row at a time. */
export function mayStillWrite(sql: Sql, intentId: ReturnType<Sql>) {
  return sql`coalesce(
    (select true from intents x where x.id = ${intentId} and x.settled_at is null limit 1),
    (select true from watches x where x.intent_id = ${intentId} and x.outcome = '' limit 1),
    false)`;
}

/**
 * The open job of a rule that writes an output. Nothing holds it for one that came back from Missing, whose intent has
 * been removed, or that the previous release submitted.
 */
export function openJobAt(sql: Sql, bucket: ReturnType<Sql>, key: ReturnType<Sql>) {
  return sql`(
    select job_id from watches
    where output_bucket = ${bucket} and output_key = ${key} and output_key <> '' and outcome = '' and rule <> ''
    limit 1)`;
}
