import { createHash } from 'node:crypto';
import type { Job } from '../ci/job.ts';
import type { Sql, Store } from '../store/store.ts';
import type { IntentRow } from './intent.ts';
import { insertPosting, type NewPost } from './intents/insert.ts';

/** What an Idempotency-Key says about the request that carries it. */
export type KeyedStart =
  | { readonly outcome: 'new'; readonly intent: IntentRow }
  /** the same request was answered before */
  | { readonly outcome: 'repeated'; readonly jobs: Job[] }
  /** the key was used for another request */
  | { readonly outcome: 'conflict' }
  /** the same request is not answered yet */
  | { readonly outcome: 'in-flight' };

/** Somebody else wrote the same key a moment ago. */
class KeyTaken extends Error {}

/** Commits the intent, once for each key. Without a key every request is a new one. */
export async function beginOnce(store: Store, key: string | undefined, post: NewPost): Promise<KeyedStart> {
  if (key === undefined)
    return {
      outcome: 'new',
      intent: await store.transaction((sql) => insertPosting(sql, post)),
    };
  try {
    return await store.transaction((sql) => beginWithKey(sql, key, post));
  } catch (error) {
    if (error instanceof KeyTaken) return { outcome: 'in-flight' };
    throw error;
  }
}

async function beginWithKey(sql: Sql, key: string, post: NewPost): Promise<KeyedStart> {
  const keyHash = sha256(key);
  const { intent } = post;
  const bodyHash = sha256(JSON.stringify([intent.bucket, intent.request]));
  const [known] = await sql<Pick<IntentRow, 'state' | 'answer'>[] & { body_hash: string }[]>`
    select k.body_hash, i.state, i.answer
    from idempotency_keys k join intents i on i.id = k.intent_id
    where k.key_hash = ${keyHash}
    for update of k`;
  if (known) {
    if (known.state !== 'refused') {
      if (known.body_hash !== bodyHash) return { outcome: 'conflict' };
      return known.state === 'submitted'
        ? { outcome: 'repeated', jobs: known.answer ?? [] }
        : { outcome: 'in-flight' };
    }
    // A refusal had no effect: the same key may try again, with what CI found wrong put right.
    await sql`delete from idempotency_keys where key_hash = ${keyHash}`;
  }
  const begun = await insertPosting(sql, post);
  const kept = await sql`
    insert into idempotency_keys (key_hash, body_hash, intent_id, created_at)
    values (${keyHash}, ${bodyHash}, ${begun.id}, jobwatch_now())
    on conflict (key_hash) do nothing
    returning 1`;
  // Throwing undoes the intent.
  if (kept.length === 0) throw new KeyTaken();
  return { outcome: 'new', intent: begun };
}

/** What an Idempotency-Key says about an order that becomes an intent of its own, whoever posts it. */
export type KeyedOrder =
  | { readonly outcome: 'new' }
  | { readonly outcome: 'repeated'; readonly intent: string }
  | { readonly outcome: 'conflict' };

/** Looks a key up; `order` is all that the request asks for. */
export async function findOrder(sql: Sql, key: string, order: string): Promise<KeyedOrder> {
  const [known] = await sql<{ body_hash: string; intent_id: string; state: IntentRow['state'] }[]>`
    select k.body_hash, k.intent_id, i.state
    from idempotency_keys k join intents i on i.id = k.intent_id
    where k.key_hash = ${sha256(key)}
    for update of k`;
  if (known === undefined) return { outcome: 'new' };
  if (known.state === 'refused' || known.state === 'canceled') {
    await sql`delete from idempotency_keys where key_hash = ${sha256(key)}`;
    return { outcome: 'new' };
  }
  return known.body_hash === sha256(order)
    ? { outcome: 'repeated', intent: known.intent_id }
    : { outcome: 'conflict' };
}

/** Keeps the key of an order with its intent. False when somebody else wrote the same key a moment ago. */
export async function keepOrder(sql: Sql, key: string, order: string, intent: string): Promise<boolean> {
  const kept = await sql`
    insert into idempotency_keys (key_hash, body_hash, intent_id, created_at)
    values (${sha256(key)}, ${sha256(order)}, ${intent}, jobwatch_now())
    on conflict (key_hash) do nothing
    returning 1`;
  return kept.length === 1;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
