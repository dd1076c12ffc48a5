import type { Sql } from '../store/store.ts';
import { putLaneOff } from '../throttle/lanes.ts';
import { type Brake, findBrake, secondsUntilBehind } from './brake.ts';
import type { IntentRow } from './intent.ts';
import { holdBehind } from './intents/hold-behind.ts';
import { lockClaimed, markPosting } from './intents/post.ts';
import { isOutdated, settleSuperseded } from './intents/supersede.ts';
import { waitForOutput } from './intents/wait.ts';
import { takeOutputs } from './outputs/take.ts';
import { holdLane, pausesNow } from './pause.ts';
import type { SubmitPolicy } from './policy.ts';
import { POST_MS, type Turn } from './turn.ts';

export type PostDecision =
  | { readonly outcome: 'posting'; readonly intent: IntentRow }
  /** it needs no POST, or not now: the next in line may have one */
  | { readonly outcome: 'superseded' | 'waiting' | 'taken-over' }
  /** nor may any other of its lane, which was put off */
  | { readonly outcome: 'paused' }
  | { readonly outcome: 'braked'; readonly brake: Brake };

/**
 * Commits that an intent is being posted, unless a newer version has come, its rule has reached its limit, or another's
 * job writes its output. Fenced: only whoever still holds the intent may post it.
 */
export async function beginPost(
  sql: Sql,
  intent: IntentRow,
  { lane, token }: Pick<Turn, 'lane' | 'token'>,
  { rules, lookAfterSeconds }: SubmitPolicy,
): Promise<PostDecision> {
  if (!(await lockClaimed(sql, intent.id, token))) return { outcome: 'taken-over' };
  if (await isOutdated(sql, intent)) {
    await settleSuperseded(sql, intent, token);
    return { outcome: 'superseded' };
  }
  // What a caller submits has no rule.
  const rule = rules.find(({ name }) => name === intent.rule);
  if (rule) {
    const pause = (await pausesNow(sql)).get(rule.name);
    if (pause) {
      await holdLane(sql, lane, pause);
      return { outcome: 'paused' };
    }
    const brake = await findBrake(sql, rule);
    if (brake) {
      await putLaneOff(sql, lane, brake.reason, brake.seconds);
      return { outcome: 'braked', brake };
    }
    const seconds = intent.behind_of === null ? undefined : await secondsUntilBehind(sql, rule);
    if (seconds !== undefined) {
      await holdBehind(sql, intent.id, rule.name, seconds);
      return { outcome: 'waiting' };
    }
    const taken = await takeOutputs(sql, intent);
    if (taken.outcome === 'busy') {
      await waitForOutput(sql, intent.id, taken.output, taken.jobId);
      return { outcome: 'waiting' };
    }
  }
  const posting = await markPosting(sql, intent, { postMs: POST_MS, lookAfterSeconds });
  return { outcome: 'posting', intent: posting };
}
