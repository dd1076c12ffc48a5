import { CiError } from '../ci/ci-error.ts';
import type { CallOptions } from '../ci/client/client-options.ts';
import type { CiClient } from '../ci/client/create-client.ts';
import type { Job } from '../ci/job.ts';
import type { Store } from '../store/store.ts';
import type { IntentRow } from './intent.ts';
import { markDoubtful } from './intents/after-post.ts';
import { settleSubmitted } from './intents/settle.ts';

/** What became of a POST. `unknown` is looked for later; `not-taken` is for the caller to decide about. */
export type Posted =
  | { readonly outcome: 'submitted'; readonly jobs: Job[] }
  | { readonly outcome: 'not-taken'; readonly error: CiError }
  | { readonly outcome: 'unknown'; readonly error: CiError };

export interface Poster {
  readonly store: Store;
  readonly ci: CiClient;
  /** unix milliseconds, by the database's clock as well as we know it */
  readonly nowMs: () => number;
}

/** Posts an intent that is committed as `posting`, and writes down what is known then. */
export async function postIntent(poster: Poster, intent: IntentRow, call: CallOptions): Promise<Posted> {
  const { store, ci, nowMs } = poster;
  const bucket = { name: intent.bucket, region: intent.region };
  const sentAtMs = nowMs();
  try {
    const jobs = await ci.createJobs(bucket, intent.request, call);
    await store.transaction((sql) => settleSubmitted(sql, intent, jobs, sentAtMs));
    return { outcome: 'submitted', jobs };
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    if (error.withoutEffect) return { outcome: 'not-taken', error };
    await store.transaction((sql) => markDoubtful(sql, intent, error));
    return { outcome: 'unknown', error };
  }
}
