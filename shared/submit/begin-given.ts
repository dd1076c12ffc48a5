import type { Bucket } from '../ci/bucket.ts';
import { prepared } from '../store/prepared.ts';
import type { Sql } from '../store/store.ts';
import { isPutOff, type Lane } from '../throttle/lanes.ts';
import type { FreeSlot, Slots } from '../throttle/rate.ts';
import { secondsUntilPlace } from './brake.ts';
import { INTENT_COLUMNS, type IntentRow } from './intent.ts';
import { isDue } from './intents/claim.ts';
import { markPosting } from './intents/post.ts';
import { hasNewer } from './intents/supersede.ts';
import { waitForOutput } from './intents/wait.ts';
import { takeOutputs } from './outputs/take.ts';
import { isPaused } from './pause.ts';
import { activeRule, type SubmitPolicy } from './policy.ts';
import { POST_MS } from './turn.ts';

/** An intent that was just made, by the rule of that name. */
export interface GivenIntent {
  readonly id: string;
  readonly rule: string;
}

export type GivenDecision =
  | {
      readonly outcome: 'posting';
      readonly lane: Lane;
      /** as it was */
      readonly intent: IntentRow;
      readonly posting: IntentRow;
      /** undefined: its request has to wait for one */
      readonly slot: FreeSlot | undefined;
    }
  /** for its output */
  | { readonly outcome: 'waiting' }
  /** as it was: something speaks against it, which `takeTurnOfGiven` finds out and sees to */
  | { readonly outcome: 'left' };

const LEFT: GivenDecision = { outcome: 'left' };

/**
 * Commits that an intent which was just made is being posted, in three round trips: the same as `takeTurnOfGiven` and
 * `beginPost` come to when nothing speaks against it. No lease is needed, since the row is locked until it is being posted;
 * nor is the lane's turn, by which lanes that wait for each other take turns.
 */
export async function beginGiven(
  sql: Sql,
  { id, rule: name }: GivenIntent,
  policy: SubmitPolicy,
  slotsFor: (bucket: Bucket) => Slots,
): Promise<GivenDecision> {
  const rule = activeRule(policy, name);
  if (rule === undefined) return LEFT;
  // The row before the brake, as `beginPost` does.
  const [intent, seconds] = await Promise.all([lockFree(sql, id), secondsUntilPlace(sql, rule)]);
  if (intent === undefined || seconds !== undefined) return LEFT;
  const { bucket, region } = intent;
  const taken = await takeOutputs(sql, intent);
  if (taken.outcome === 'busy') {
    await waitForOutput(sql, id, taken.output, taken.jobId);
    return { outcome: 'waiting' };
  }
  const [posting, slot] = await Promise.all([
    markPosting(sql, intent, { postMs: POST_MS, lookAfterSeconds: policy.lookAfterSeconds }),
    slotsFor({ name: bucket, region }).takeNow(sql),
  ]);
  return { outcome: 'posting', lane: { kind: 'submit', bucket, region, rule: name }, intent, posting, slot };
}

/** Locks an intent that is due and has no order before it, unless a newer version, a pause or its lane stands against it. */
async function lockFree(sql: Sql, id: string): Promise<IntentRow | undefined> {
  const [free] = await prepared(sql<IntentRow[]>`
    select ${sql(INTENT_COLUMNS)} from intents i
    where i.id = ${id} and settled_at is null and state = 'pending' and behind_of is null and ${isDue(sql)}
      and not ${hasNewer(sql)}
      and not exists (select 1 from rule_states r where r.rule = i.rule and ${isPaused(sql)})
      and not exists (
        select 1 from lanes l
        where l.kind = 'submit' and l.bucket = i.bucket and l.region = i.region and l.rule = i.rule
          and (l.failures > 0 or ${isPutOff(sql)}))
    for update of i skip locked`).execute();
  return free;
}
