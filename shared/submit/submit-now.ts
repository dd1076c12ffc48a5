import { randomUUID } from 'node:crypto';
import type { Bucket } from '../ci/bucket.ts';
import type { CiError } from '../ci/ci-error.ts';
import type { CallOptions } from '../ci/client/client-options.ts';
import type { Job } from '../ci/job.ts';
import type { JobRequest } from '../ci/job-request.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import { beginOnce } from './idempotency.ts';
import { settleRefused } from './intents/after-post.ts';
import { type Poster, postIntent } from './post-intent.ts';

export interface Submitter extends Poster {
  /** SUBMIT_SETTLE_SECONDS */
  readonly lookAfterSeconds: number;
}

export type Submission =
  | { readonly outcome: 'submitted' | 'repeated'; readonly jobs: Job[] }
  /** nothing was done, and nothing will be: the caller may try again */
  | { readonly outcome: 'refused'; readonly error: CiError }
  /** CI may have taken it: recheck finds out */
  | { readonly outcome: 'unknown'; readonly intentId: string; readonly error: CiError | StoreUnavailable }
  | { readonly outcome: 'conflict' | 'in-flight' };

/** Submits for a caller who waits: intent, POST, watch. With a key the same request is submitted once. */
export async function submitNow(
  submitter: Submitter,
  bucket: Bucket,
  request: JobRequest,
  key: string | undefined,
  call: CallOptions,
): Promise<Submission> {
  const { store, nowMs, lookAfterSeconds } = submitter;
  const intent = { bucket, request, source: 'submit', rule: '' } as const;
  // Known before it is stored: if the commit is lost, this is where the caller is to look.
  const intentId = randomUUID();
  let committed = false;
  try {
    const times = { postMs: call.deadlineMs - nowMs(), lookAfterSeconds };
    const begun = await beginOnce(store, key, { id: intentId, intent, times });
    if (begun.outcome !== 'new') return begun;
    committed = true;
    const posted = await postIntent(submitter, begun.intent, call);
    if (posted.outcome === 'submitted') return posted;
    if (posted.outcome === 'unknown') return { ...posted, intentId };
    // Whoever waits is told, and decides: recheck must not submit what they may submit again.
    await store.transaction((sql) => settleRefused(sql, begun.intent, posted.error));
    return { outcome: 'refused', error: posted.error };
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || !(committed || error.whileCommitting)) throw error;
    // What is written down says that it is being posted: recheck will look for it, and submit it if it is not there.
    return { outcome: 'unknown', intentId, error };
  }
}
