import { workOff } from '../shared/automation/work-off.ts';
import { createInstance } from '../shared/scf/create-instance.ts';
import { keepHeapSmall } from '../shared/scf/keep-heap-small.ts';
import { timerFunction } from '../shared/scf/timer-function.ts';
import { discover } from '../shared/watch/discover.ts';
import { slotsByAccount } from '../shared/watch/rate.ts';
import { retire } from '../shared/watch/retire.ts';
import { endSweep, startSweep } from '../shared/watch/sweep/sweep.ts';
import { sweepDue } from '../shared/watch/sweep/sweep-due.ts';

keepHeapSmall();
const { clock, config, ci, store } = createInstance(process.env);
if (store === undefined) throw new Error('DATABASE_URL: expected a store for recheck, got nothing');
const slotsFor = slotsByAccount(store, config.ciMaxRps, clock);

/** Timer: follows every open watch to its outcome, and every submission in doubt to its job. */
export const main_handler = timerFunction(
  async ({ deadlineMs, log }) => {
    const run = await startSweep({ store, ci, clock, log, deadlineMs, slotsFor, limits: config });
    await workOff(run, config.submitSettleSeconds);
    await sweepDue(run);
    await discover(run, config.buckets, config.discover);
    await store.transaction((sql) => retire(sql, config.retentionDays));
    return await endSweep(run);
  },
  config,
  clock,
);
