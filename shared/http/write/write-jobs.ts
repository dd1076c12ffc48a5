import { noteAct } from '../../acts/note-act.ts';
import { parseJobRequest } from '../../ci/job-request.ts';
import type { Log } from '../../log.ts';
import type { Instance } from '../../scf/create-instance.ts';
import type { Store } from '../../store/store.ts';
import { StoreUnavailable } from '../../store/store-unavailable.ts';
import { callbackAddress, withCallback } from '../../submit/callback-address.ts';
import { submitNow } from '../../submit/submit-now.ts';
import { observeCanceled } from '../../watch/observe-canceled.ts';
import { actorOf } from '../actor-of.ts';
import { bucketOf } from '../bucket-of.ts';
import { type Handler, handler, storeHandler } from '../handler.ts';
import { answer } from '../http-answer.ts';
import { createdAnswer } from '../jobs-answer.ts';
import { cancelJobsRoute, createJobsRoute } from '../routes/jobs.ts';
import { keyConflict, keyInFlight, outcomeUnknown } from '../submission-problem.ts';

export function writeJobs({ ci, clock, config, store }: Instance): Handler[] {
  const callback = callbackAddress(config.callbackUrl, config.callbackToken);
  return [
    storeHandler(createJobsRoute, store, async ({ query, headers, body, raw }, store, { call }) => {
      const bucket = bucketOf(query, config.buckets);
      const job = withCallback(parseJobRequest(body), callback);
      const submitter = { store, ci, nowMs: clock.now, lookAfterSeconds: config.submitSettleSeconds };
      const submission = await submitNow(submitter, bucket, job, headers['Idempotency-Key'], call);
      switch (submission.outcome) {
        case 'submitted':
        case 'repeated':
          return createdAnswer(raw, submission.jobs);
        case 'refused':
          throw submission.error;
        case 'unknown':
          throw outcomeUnknown(submission.intentId, submission.error.message);
        case 'conflict':
          throw keyConflict();
        case 'in-flight':
          throw keyInFlight();
      }
    }),
    handler(cancelJobsRoute, async ({ params: { ids }, query, raw }, { call, log }) => {
      const bucket = bucketOf(query, config.buckets);
      await ci.cancelJobs(bucket, ids, call);
      if (store) {
        await noteCanceled(store, log, actorOf(raw), ids);
        await observeCanceled({ store, ci, log, clock }, bucket, ids, call);
      }
      return answer(204);
    }),
  ];
}

/** CI has canceled them, whether or not this can be written down. */
async function noteCanceled(store: Store, log: Log, by: string, ids: readonly string[]): Promise<void> {
  try {
    await store.transaction(async (sql) => {
      for (const subject of ids) await noteAct(sql, { by, act: 'job.cancel', subject, result: 'canceled' });
    });
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    log.warn('jobs were canceled and that could not be noted', { by, ids, reason: error.message });
  }
}
