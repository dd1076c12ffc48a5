import { randomUUID } from 'node:crypto';
import { beforeEach } from 'vitest';
import type { Job } from '../../shared/ci/job.ts';
import type { State } from '../../shared/ci/job-state.ts';
import type { Store } from '../../shared/store/store.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import type { Observation } from '../../shared/watch/observe.ts';
import { BUCKET, REGION } from './test-cloud.ts';

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

/** An open word counts for a minute: each test begins anew. */
let startedMs = Date.now();
beforeEach(() => {
  startedMs = Date.now();
});

/** What CI said of a job, asked so many milliseconds after the test began. */
export function said(JobId: string, State: State, ms: number, more: Partial<Job> = {}): Observation {
  return { job: { JobId, State, ...more }, sentAtMs: startedMs - 1000 + ms, source: 'recheck' };
}
