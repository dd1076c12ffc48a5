import type { Bucket } from '../ci/bucket.ts';
import { CiError } from '../ci/ci-error.ts';
import type { CallOptions } from '../ci/client/client-options.ts';
import type { CiClient } from '../ci/client/create-client.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import { observeTogether, warnNotStored } from './observe-together.ts';

export interface AfterCancel {
  readonly store: Store;
  readonly ci: CiClient;
  readonly log: Log;
  readonly nowMs: () => number;
}

/** Looks at jobs that were canceled just now. They are canceled whether or not this succeeds: recheck will see it. */
export async function observeCanceled(
  { store, ci, log, nowMs }: AfterCancel,
  bucket: Bucket,
  jobIds: readonly string[],
  call: CallOptions,
): Promise<void> {
  try {
    const sentAtMs = nowMs();
    const { JobsDetail } = await ci.describeJobs(bucket, jobIds, call);
    await observeTogether(
      store,
      JobsDetail.map((job) => ({ job, sentAtMs, source: 'submit' })),
    );
  } catch (error) {
    if (!(error instanceof CiError || error instanceof StoreUnavailable)) throw error;
    warnNotStored(log, jobIds, error);
  }
}
