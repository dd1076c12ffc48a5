import rules from 'jobwatch:rules';
import { allOf } from '../shared/all-of.ts';
import { afterClockBack } from '../shared/objects/after-clock-back.ts';
import { workOffBackfills } from '../shared/objects/backfill/work-off.ts';
import { reconcile } from '../shared/objects/reconcile.ts';
import { remakeOvertaken } from '../shared/objects/remake-overtaken.ts';
import { decideResults } from '../shared/objects/renditions/decide-results.ts';
import { retryFailed } from '../shared/objects/retry-failed.ts';
import { workOffRetries } from '../shared/objects/work-off-retries.ts';
import { createInstanceWithStore } from '../shared/scf/create-instance.ts';
import { eventFunction } from '../shared/scf/event-function.ts';
import { keepHeapSmall } from '../shared/scf/keep-heap-small.ts';
import { releaseWaiting } from '../shared/submit/intents/release.ts';
import { removeIdleHolds } from '../shared/submit/outputs/remove-idle.ts';
import { submitPolicy } from '../shared/submit/policy.ts';
import { workOff } from '../shared/submit/work-off.ts';
import { discover } from '../shared/sweep/discover.ts';
import { endSweep, startSweep } from '../shared/sweep/sweep.ts';
import { sweepDue } from '../shared/sweep/sweep-due.ts';
import type { Run } from '../shared/throttle/run.ts';
import { foldCounts } from '../shared/watch/counts/fold.ts';
import { retire } from '../shared/watch/retire.ts';

keepHeapSmall();
const { clock, config, ci, store, slotsFor } = createInstanceWithStore(process.env);
const policy = submitPolicy(config, rules);

/** Submits what is due: tries again, orders, what was overtaken, what waited for an output, and everything else in line. */
async function submitDue(run: Run): Promise<void> {
  await remakeOvertaken(store);
  await retryFailed(store, rules);
  await decideResults(store, rules);
  const hasTime = () => clock.now() < run.deadlineMs;
  await workOffRetries({ store, log: run.log, callback: policy.callback, hasTime });
  await releaseWaiting(store, () => !hasTime());
  await workOff(run, policy);
}

/** Timer: follows every open watch to its outcome, and every submission to its job. */
export const main_handler = eventFunction(
  async (_event, { deadlineMs, log }) => {
    const parts = { store, ci, clock, log, deadlineMs, slotsFor, limits: config };
    await afterClockBack(parts, policy.lookAfterSeconds);
    const run = await startSweep(parts);
    // Side by side: what hangs in one of them holds up no other.
    await allOf([
      sweepDue(run),
      submitDue(run),
      reconcile(run, policy),
      workOffBackfills(run, policy),
      discover(run, config.buckets, config.discover),
    ]);
    // What those have found, and what waited for jobs that have ended now.
    await submitDue(run);
    await store.transaction(removeIdleHolds);
    await foldCounts(run);
    await retire(run, { days: config.retentionDays, rules: rules.map(({ name }) => name) });
    return await endSweep(run);
  },
  config,
  clock,
);
