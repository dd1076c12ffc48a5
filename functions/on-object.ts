import rules from 'jobwatch:rules';
import { callbackAddress } from '../shared/automation/callback-address.ts';
import { takeEvent } from '../shared/automation/take-event.ts';
import { workOff } from '../shared/automation/work-off.ts';
import { readCosEvent } from '../shared/scf/cos-event.ts';
import { createInstanceWithStore } from '../shared/scf/create-instance.ts';
import { eventFunction } from '../shared/scf/event-function.ts';
import { lookNow } from '../shared/watch/look-now.ts';
import { beginRun } from '../shared/watch/sweep/sweep.ts';

const { clock, config, ci, store, slotsFor } = createInstanceWithStore(process.env);
const callback = callbackAddress(config.callbackUrl, config.callbackToken);

/** COS: submits a job for what a rule catches, and looks at the job whose output appeared. */
export const main_handler = eventFunction(
  async (event, { deadlineMs, log }) => {
    const taken = await takeEvent(store, readCosEvent(event), { rules, callback, log });
    // From here on nothing can be lost: what fails now, recheck does.
    try {
      const run = await beginRun({ store, ci, clock, log, deadlineMs, slotsFor, limits: config });
      await lookNow(run, taken.outputsOf, 'object');
      if (taken.intended > 0) await workOff(run, { settleSeconds: config.submitSettleSeconds, rules });
    } catch (error) {
      log.warn('left to recheck', { code: 'LeftToRecheck', error });
    }
    return { intended: taken.intended, outputs: taken.outputsOf.length, ignored: taken.ignored };
  },
  config,
  clock,
);
