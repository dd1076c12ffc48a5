import { checkCallbackToken } from '../shared/http/authentication.ts';
import { handler } from '../shared/http/handler.ts';
import { answer } from '../shared/http/http-answer.ts';
import { httpFunction } from '../shared/http/http-function.ts';
import { readCallback } from '../shared/http/read-callback.ts';
import { takeCallbackRoute } from '../shared/http/routes/callbacks.ts';
import { createInstanceWithStore } from '../shared/scf/create-instance.ts';
import { beginRun } from '../shared/throttle/run.ts';
import { lookNow } from '../shared/watch/look-now.ts';

const { clock, config, ci, store, slotsFor } = createInstanceWithStore(process.env);

const callback = handler(takeCallbackRoute, async ({ params, raw }, { deadlineMs, log }) => {
  checkCallbackToken(params.token, config.callbackToken);
  const jobIds = readCallback(raw);
  const run = await beginRun({ store, ci, clock, log, deadlineMs, slotsFor, limits: config });
  await lookNow(run, jobIds, 'callback');
  return answer(204);
});

/** HTTP: CI's completion notice. It may be forged, late or repeated: it makes us ask CI, and is not believed. */
export const main_handler = httpFunction([callback], config, clock);
