import type { Job } from '../ci/job.ts';
import type { Run } from '../throttle/run.ts';
import { observeTogether, warnNotStored } from './observe-together.ts';

/** A caller who asked about a job does not wait longer for our records. */
const IN_PASSING_MS = 250;

/** Takes in what a caller's own question brought. What cannot be stored now the next sweep reads again. */
export async function observeInPassing(
  { store, log }: Pick<Run, 'store' | 'log'>,
  jobs: readonly Job[],
  sentAtMs: number,
): Promise<void> {
  try {
    const observations = jobs.map((job) => ({ job, sentAtMs, source: 'describe' as const }));
    await observeTogether(store, observations, IN_PASSING_MS);
  } catch (error) {
    warnNotStored(
      log,
      jobs.map(({ JobId }) => JobId),
      error,
    );
  }
}
