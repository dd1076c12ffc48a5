import type { Bucket } from '../ci/bucket.ts';
import { CiError } from '../ci/ci-error.ts';
import type { CallOptions } from '../ci/client/client-options.ts';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import type { Run } from '../throttle/run.ts';
import { observeTogether, warnNotStored } from './observe-together.ts';

/** Looks at jobs that were canceled just now. They are canceled whether or not this succeeds: recheck will see it. */
export async function observeCanceled(
  { store, ci, log, clock }: Pick<Run, 'store' | 'ci' | 'log' | 'clock'>,
  bucket: Bucket,
  jobIds: readonly string[],
  call: CallOptions,
): Promise<void> {
  try {
    const sentAtMs = clock.now();
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
