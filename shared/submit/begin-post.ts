import type { Log } from '../log.ts';
import type { Rule } from '../rules/rule.ts';
import type { Sql } from '../store/store.ts';
import { type Lane, putLaneOff } from '../throttle/lanes.ts';
import { brake } from './brake.ts';
import type { IntentRow } from './intent.ts';
import { type HeldOutput, noteOutputs, takeOutputs } from './output-holds.ts';
import { isOutdated, settleSuperseded } from './supersede.ts';

/** How long a POST in the background may take, its turn in the rate included. */
export const POST_MS = 15_000;

export type PostDecision =
  | { readonly begun: 'posting'; readonly intent: IntentRow }
  /** it needs no POST, or not now: the next in line may have one */
  | { readonly begun: 'superseded' | 'waiting' | 'taken-over' }
  /** nor may any other of its lane, which was put off */
  | { readonly begun: 'braked' };

export interface BeginPost {
  readonly lane: Lane;
  readonly token: string;
  /** undefined for what a caller submits */
  readonly rule: Rule | undefined;
  readonly settleSeconds: number;
  readonly log: Log;
}

/**
 * Commits that an intent is being posted, unless a newer version has come, its rule has reached its limit, or another's
 * job writes its output. Fenced: only whoever still holds the intent may post it.
 */
export async function beginPost(sql: Sql, intent: IntentRow, about: BeginPost): Promise<PostDecision> {
  const { lane, token, rule, settleSeconds, log } = about;
  // Locked before anything is taken in its name: somebody else may be posting it by now.
  const [held] = await sql`
    select 1 from intents
    where id = ${intent.id} and claim_token = ${token} and state = 'pending' and settled_at is null
    for update`;
  if (held === undefined) return { begun: 'taken-over' };
  if (await isOutdated(sql, intent)) {
    await settleSuperseded(sql, intent, token);
    return { begun: 'superseded' };
  }
  if (rule) {
    const braked = await brake(sql, rule);
    if (braked) {
      await putLaneOff(sql, lane, braked.reason, braked.seconds);
      if (braked.isNews)
        log.error('a rule has reached its limit: jobs wait', {
          code: 'Brake',
          rule: rule.name,
          most: rule.maxJobsPerHour,
        });
      return { begun: 'braked' };
    }
    const busy = await takeOutputs(sql, intent);
    if (busy) {
      await waitFor(sql, intent, busy);
      return { begun: 'waiting' };
    }
  }
  const [posting] = await sql<IntentRow[]>`
    update intents set
      state = 'posting', tries = tries + 1, looks = 0, posted_at = jobwatch_now(),
      post_until = jobwatch_now() + ${POST_MS} * interval '1 millisecond',
      next_try_at = jobwatch_now() + ${POST_MS} * interval '1 millisecond' + ${settleSeconds} * interval '1 second'
    where id = ${intent.id}
    returning *`;
  if (posting === undefined) return { begun: 'taken-over' };
  await noteOutputs(sql, posting);
  return { begun: 'posting', intent: posting };
}

/** It is in no lane meanwhile, and due again when the output is free. */
async function waitFor(sql: Sql, intent: IntentRow, { bucket, key, jobId }: HeldOutput): Promise<void> {
  const who = jobId === undefined ? 'a submission that is not answered yet' : `job ${jobId}`;
  await sql`
    update intents set
      waits_bucket = ${bucket}, waits_key = ${key}, next_try_at = 'infinity',
      last_error = ${`waits for ${who}, which writes ${key}`}, claim_token = null, claimed_until = null
    where id = ${intent.id}`;
}
