import { CiError } from '../ci/ci-error.ts';
import { isOutOfTime } from '../throttle/ask-ci.ts';
import { noteFailure } from '../throttle/lanes.ts';
import { type Found, findSubmitted } from './find-submitted.ts';
import type { IntentRow } from './intent.ts';
import { LOOKS, lookLater, noteNotFound } from './intents/after-look.ts';
import { settleSubmitted } from './intents/settle.ts';
import { type LaneRun, POST_MS, type Step, type Turn } from './turn.ts';

/** Looks at CI for the jobs of one intent of which nobody knows whether CI took it. */
export async function lookForOne(lanes: LaneRun, turn: Turn, intent: IntentRow): Promise<Step> {
  const { run } = lanes;
  const ask = { ...run, deadlineMs: Math.min(run.deadlineMs, run.clock.now() + POST_MS) };
  let found: Found;
  try {
    found = await findSubmitted(ask, intent);
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    if (isOutOfTime(ask, error)) return 'out-of-time';
    turn.left.delete(intent.id);
    return await noteNoAnswer(lanes, turn, intent, error);
  }
  turn.left.delete(intent.id);
  const { jobs, sentAtMs } = found;
  const isComplete = jobs.length === intent.request.Operation.length;
  const isLastLook = intent.looks + 1 >= LOOKS;
  if (isComplete || (jobs.length > 0 && isLastLook)) {
    await run.store.transaction((sql) => settleSubmitted(sql, intent, jobs, sentAtMs));
    run.tally.changed += jobs.length;
  } else {
    await run.store.transaction((sql) => noteNotFound(sql, intent, turn.token));
  }
  return 'answered';
}

async function noteNoAnswer(
  { run }: LaneRun,
  { lane, token }: Turn,
  intent: IntentRow,
  error: CiError,
): Promise<Step> {
  run.tally.errors += 1;
  const { code, message, reason, retryAfterMs } = error;
  run.log.warn('the job of a submission without an answer could not be looked for: it is tried again later', {
    code,
    intent: intent.id,
    rule: intent.rule,
    reason: message,
  });
  const failure = { about: intent.id, reason, retryAfterMs };
  const isPutOff = await run.store.transaction(async (sql) => {
    await lookLater(sql, intent, token, error, run.clock.random());
    return await noteFailure(sql, lane, failure, run.clock.random());
  });
  return isPutOff ? 'put-off' : 'failed';
}
