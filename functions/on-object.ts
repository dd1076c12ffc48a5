import rules from 'jobwatch:rules';
import { takeEvent } from '../shared/objects/take-event.ts';
import { readCosEvent } from '../shared/scf/cos-event.ts';
import { createInstanceWithStore } from '../shared/scf/create-instance.ts';
import { eventFunction } from '../shared/scf/event-function.ts';
import { releaseWaitingFor } from '../shared/submit/intents/release.ts';
import { submitPolicy } from '../shared/submit/policy.ts';
import { submitGiven } from '../shared/submit/submit-given.ts';
import { HELP_EVERY_MS, workOff } from '../shared/submit/work-off.ts';
import { lookNow } from '../shared/watch/look-now.ts';

const { clock, config, ci, store, slotsFor } = createInstanceWithStore(process.env);
const policy = submitPolicy(config, rules);
/** Beside the context's, which may be missing [guess]. */
const ownRegion = process.env['TENCENTCLOUD_REGION'] ?? '';
let helpedAtMs = Number.NEGATIVE_INFINITY;

/** COS: submits a job for what a rule catches, and looks at the job whose output appeared. */
export const main_handler = eventFunction(
  async (event, { deadlineMs, log, region }) => {
    const records = readCosEvent(event, region || ownRegion);
    const taken = await takeEvent(store, records, policy, log);
    const { intents, outputsOf, ignored } = taken;
    // From here on nothing can be lost: what fails now, recheck does.
    try {
      const parts = { store, ci, clock, log, deadlineMs, slotsFor, limits: config, share: 'submit' } as const;
      const { run, anyLeft } = await submitGiven(parts, intents, policy);
      await lookNow(run, outputsOf, 'object');
      if (outputsOf.length > 0) await store.transaction((sql) => releaseWaitingFor(sql, outputsOf));
      const isTime = Math.abs(clock.now() - helpedAtMs) >= HELP_EVERY_MS;
      if (outputsOf.length > 0 || anyLeft || (intents.length > 0 && isTime)) {
        helpedAtMs = clock.now();
        await workOff(run, policy);
      }
    } catch (error) {
      log.warn('what the event asks for is stored but could not be done now: the next recheck does it', {
        code: 'LeftToRecheck',
        intents: intents.map(({ id }) => id),
        outputsOf,
        error,
      });
    }
    return { intended: intents.length, outputs: outputsOf.length, ignored };
  },
  config,
  clock,
);
