import rules from 'jobwatch:rules';
import { callbackAddress } from '../shared/automation/callback-address.ts';
import { reconcile } from '../shared/automation/reconcile.ts';
import { retryFailed } from '../shared/automation/retry-failed.ts';
import { workOff } from '../shared/automation/work-off.ts';
import { createInstanceWithStore } from '../shared/scf/create-instance.ts';
import { eventFunction } from '../shared/scf/event-function.ts';
import { keepHeapSmall } from '../shared/scf/keep-heap-small.ts';
import { discover } from '../shared/watch/discover.ts';
import { retire } from '../shared/watch/retire.ts';
import { endSweep, startSweep } from '../shared/watch/sweep/sweep.ts';
import { sweepDue } from '../shared/watch/sweep/sweep-due.ts';

keepHeapSmall();
const { clock, config, ci, store, slotsFor } = createInstanceWithStore(process.env);
const callback = callbackAddress(config.callbackUrl, config.callbackToken);

/** Timer: follows every open watch to its outcome, and every submission to its job. */
export const main_handler = eventFunction(
  async (_event, { deadlineMs, log }) => {
    const run = await startSweep({ store, ci, clock, log, deadlineMs, slotsFor, limits: config });
    await sweepDue(run);
    await reconcile(run, { rules, callback, retentionDays: config.retentionDays });
    await retryFailed(store, rules);
    await workOff(run, { settleSeconds: config.submitSettleSeconds, rules });
    await discover(run, config.buckets, config.discover);
    await store.transaction((sql) => retire(sql, config.retentionDays));
    return await endSweep(run);
  },
  config,
  clock,
);
