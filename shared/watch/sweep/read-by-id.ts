import pLimit from 'p-limit';
import type { Bucket } from '../../ci/bucket.ts';
import { chunksOf } from '../../ci/chunks-of.ts';
import { CiError } from '../../ci/ci-error.ts';
import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';
import { errorDelayMs } from '../schedule.ts';
import { batchesOf } from './batches.ts';
import type { ClaimedWatch } from './claim.ts';
import { noteAnswer } from './note-answer.ts';
import { postpone } from './settle.ts';
import { askCi, isOutOfTime, type SweepRun } from './sweep-run.ts';

/** Requests by id that one sweep has under way at once. */
const CONCURRENCY = 4;

export interface ReadById {
  /** how many ids CI answered about */
  readonly answered: number;
  /** those that it named as unknown */
  readonly gone: readonly ClaimedWatch[];
}

/** Reads claimed watches ten a request. What fails is postponed with its error and blocks nothing else. */
export async function readById(
  run: SweepRun,
  token: string,
  bucket: Bucket,
  watches: readonly ClaimedWatch[],
  keepLease: () => Promise<void>,
): Promise<ReadById> {
  const limit = pLimit(CONCURRENCY);
  const gone: ClaimedWatch[] = [];
  let answered = 0;
  /** What would be said of every other request too, and those that are not asked about any more. */
  const doomed: { error?: CiError; watches: ClaimedWatch[] } = { watches: [] };

  async function read(chunk: readonly ClaimedWatch[]): Promise<void> {
    // What is not read before the deadline is given back as it was.
    if (run.clock.now() >= run.deadlineMs) return;
    if (doomed.error) {
      doomed.watches.push(...chunk);
      return;
    }
    try {
      const ids = chunk.map((watch) => watch.job_id);
      const { answer, sentAtMs } = await askCi(run, bucket, (call) => run.ci.describeJobs(bucket, ids, call));
      await noteAnswer(run, token, answer.JobsDetail, sentAtMs);
      answered += chunk.length;
      const unknown = new Set(answer.NonExistJobIds);
      gone.push(...chunk.filter((watch) => unknown.has(watch.job_id)));
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      if (isOutOfTime(run, error)) return;
      if (chunk.length > 1 && isSpoiled(error)) {
        const half = Math.ceil(chunk.length / 2);
        await read(chunk.slice(0, half));
        await read(chunk.slice(half));
        return;
      }
      if (concernsAll(error)) doomed.error = error;
      await putOff(run, token, chunk, error);
    } finally {
      await keepLease();
    }
  }

  // The first goes alone: what would be refused to all is refused once.
  const [first, ...others] = chunksOf(watches, IDS_PER_REQUEST);
  if (first) await read(first);
  const reads = await Promise.allSettled(others.map((chunk) => limit(() => read(chunk))));
  const broken = reads.find((result) => result.status === 'rejected');
  if (broken) throw broken.reason;
  if (doomed.error && doomed.watches.length > 0) await putOff(run, token, doomed.watches, doomed.error);
  return { answered, gone };
}

/** Our rights, our clock or our bucket: no other request about this group would fare better. */
function concernsAll(error: CiError): boolean {
  return error.kind === 'denied' || error.kind === 'not-set-up' || error.kind === 'clock';
}

/**
 * One id that CI cannot take, or one job that it cannot write down, spoils the answer for all others. Nonsense that is
 * no success comes from something between us and spoils every answer.
 */
export function isSpoiled(error: CiError): boolean {
  return error.kind === 'invalid' || (error.kind === 'bad-answer' && error.status === 200);
}

/** Puts watches off after an error, each the longer the more often it failed. */
export async function putOff(
  run: SweepRun,
  token: string,
  watches: readonly ClaimedWatch[],
  error: CiError,
): Promise<void> {
  const { reason } = error;
  const next = watches.map((watch) => ({
    jobId: watch.job_id,
    delayMs: errorDelayMs(watch.errors + 1, run.clock.random()),
  }));
  for (const batch of batchesOf(next)) {
    run.tally.errors += await run.store.transaction((sql) => postpone(sql, token, batch, reason));
  }
  run.log.warn('jobs could not be read', {
    code: error.code,
    reason,
    jobs: watches.length,
    ciRequestId: error.requestId,
  });
}
