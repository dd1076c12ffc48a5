import { prepared } from '../../store/prepared.ts';
import type { Sql } from '../../store/store.ts';
import type { IntentRow } from '../intent.ts';
import { noteOutputs } from '../outputs/note.ts';
import { type PostTimes, postWindow } from './post-window.ts';

/** Locks an intent that is to be posted, before anything is taken in its name. False when somebody else has it by now. */
export async function lockClaimed(sql: Sql, id: string, token: string): Promise<boolean> {
  const [held] = await sql`
    select 1 from intents
    where id = ${id} and claim_token = ${token} and state = 'pending' and settled_at is null
    for update`;
  return held !== undefined;
}

/** Says of a locked intent that it is being posted. */
export async function markPosting(sql: Sql, intent: IntentRow, times: PostTimes): Promise<IntentRow> {
  const { id } = intent;
  const { postUntil, lookFrom } = postWindow(sql, times);
  const marked = prepared(sql<
    Pick<IntentRow, 'tries' | 'looks' | 'posted_at' | 'post_until' | 'next_try_at'>[]
  >`
    update intents set
      state = 'posting', tries = tries + 1, looks = 0, posted_at = now.at,
      post_until = ${postUntil}, next_try_at = ${lookFrom}
    from (select jobwatch_now() as at) as now
    where id = ${id}
    returning tries, looks, posted_at, post_until, next_try_at`).execute();
  const [[posting]] = await Promise.all([marked, noteOutputs(sql, intent)]);
  if (posting === undefined)
    throw new Error(`intent ${id} vanished while it was locked: it is not submitted`);
  return { ...intent, state: 'posting', ...posting };
}
