import rules from 'jobwatch:rules';
import { takeEvent } from '../shared/objects/take-event.ts';
import { readCosEvent } from '../shared/scf/cos-event.ts';
import { createInstanceWithStore } from '../shared/scf/create-instance.ts';
import { eventFunction } from '../shared/scf/event-function.ts';
import { callbackAddress } from '../shared/submit/callback-address.ts';
import { releaseWaitingFor } from '../shared/submit/output-holds.ts';
import { workOff, workOffOwn } from '../shared/submit/work-off.ts';
import { beginRun } from '../shared/throttle/begin-run.ts';
import { lookNow } from '../shared/watch/look-now.ts';

const { clock, config, ci, store, slotsFor } = createInstanceWithStore(process.env);
const callback = callbackAddress(config.callbackUrl, config.callbackToken);
/** Beside the context's, which may be missing [guess]. */
const ownRegion = process.env['TENCENTCLOUD_REGION'] ?? '';

/** COS: submits a job for what a rule catches, and looks at the job whose output appeared. */
export const main_handler = eventFunction(
  async (event, { deadlineMs, log, region }) => {
    const records = readCosEvent(event, region || ownRegion);
    const taken = await takeEvent(store, records, { rules, callback, log });
    const { intents, outputsOf, ignored } = taken;
    // From here on nothing can be lost: what fails now, recheck does.
    try {
      const parts = { store, ci, clock, log, deadlineMs, slotsFor, limits: config };
      const run = await beginRun({ ...parts, share: 'submit' });
      const options = { settleSeconds: config.submitSettleSeconds, ciMaxRps: config.ciMaxRps, rules };
      await workOffOwn(run, intents, options);
      await lookNow(run, outputsOf, 'object');
      if (outputsOf.length > 0) await store.transaction((sql) => releaseWaitingFor(sql, outputsOf));
      if (intents.length + outputsOf.length > 0) await workOff(run, options);
    } catch (error) {
      log.warn('left to recheck', { code: 'LeftToRecheck', error });
    }
    return { intended: intents.length, outputs: outputsOf.length, ignored };
  },
  config,
  clock,
);
