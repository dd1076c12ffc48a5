import type { CiError } from '../../ci/ci-error.ts';
import { inBatches } from '../../store/in-batches.ts';
import { errorDelayMs } from '../../throttle/schedule.ts';
import { postpone } from '../apart.ts';
import { BATCH_ROWS } from '../batches.ts';
import type { Hold } from '../hold.ts';
import type { Asked } from './asked.ts';

/** Sets watches apart after an error, each for the longer the more often it failed. */
export async function setAside(
  { run, token }: Hold,
  watches: readonly Asked[],
  error: CiError,
): Promise<void> {
  if (watches.length === 0) return;
  const { reason } = error;
  const next = watches.map(({ jobId, errors }) => ({
    jobId,
    delayMs: errorDelayMs(errors + 1, run.clock.random()),
  }));
  const counts = await inBatches(next, BATCH_ROWS, (batch) =>
    run.store.transaction((sql) => postpone(sql, token, batch, reason)),
  );
  run.tally.errors += counts.reduce((sum, count) => sum + count, 0);
  run.log.warn('jobs could not be read', {
    code: error.code,
    reason,
    jobs: watches.length,
    ciRequestId: error.requestId,
  });
}
