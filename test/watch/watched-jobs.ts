import { randomUUID } from 'node:crypto';
import type { Job } from '../../shared/ci/job.ts';
import type { State } from '../../shared/ci/job-state.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import type { Observation } from '../../shared/watch/observe.ts';
import type { Store } from '../../shared/watch/store.ts';
import { BUCKET, REGION } from '../support/test-cloud.ts';

/** Watches new jobs and gives their ids. */
export async function watchNewJobs(store: Store, count = 1): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `j${randomUUID().replaceAll('-', '')}`);
  await store.transaction((sql) =>
    addWatches(
      sql,
      ids.map((jobId) => ({ jobId, bucket: BUCKET, region: REGION, source: 'submit' })),
    ),
  );
  return ids;
}

/** What CI said of a job, asked at `sentAtMs`. */
export function said(JobId: string, State: State, sentAtMs: number, more: Partial<Job> = {}): Observation {
  return { job: { JobId, State, ...more }, sentAtMs, source: 'recheck' };
}
