import pLimit from 'p-limit';
import type { Bucket } from '../../ci/bucket.ts';
import { CiError } from '../../ci/ci-error.ts';
import { IDS_PER_REQUEST } from '../../ci/client/each-chunk.ts';
import { errorDelayMs } from '../schedule.ts';
import type { ClaimedWatch } from './claim.ts';
import { noteAnswer } from './note-answer.ts';
import { postpone } from './settle.ts';
import { askCi, type SweepRun } from './sweep-run.ts';

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
  /** What would be said of every other request too. */
  let hopeless: CiError | undefined;

  async function read(chunk: readonly ClaimedWatch[]): Promise<void> {
    if (hopeless) return await putOff(run, token, chunk, hopeless);
    try {
      const ids = chunk.map((watch) => watch.job_id);
      const { answer, sentAtMs } = await askCi(run, bucket, (call) => run.ci.describeJobs(bucket, ids, call));
      await noteAnswer(run, token, answer.JobsDetail, sentAtMs);
      answered += chunk.length;
      const unknown = new Set(answer.NonExistJobIds);
      gone.push(...chunk.filter((watch) => unknown.has(watch.job_id)));
      await keepLease();
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      if (chunk.length > 1 && maybePoisoned(error)) {
        const half = Math.ceil(chunk.length / 2);
        await read(chunk.slice(0, half));
        await read(chunk.slice(half));
        return;
      }
      if (error.kind === 'denied' || error.kind === 'not-set-up' || error.kind === 'clock') hopeless = error;
      await putOff(run, token, chunk, error);
    }
  }

  const chunks = Array.from({ length: Math.ceil(watches.length / IDS_PER_REQUEST) }, (_, index) =>
    watches.slice(index * IDS_PER_REQUEST, (index + 1) * IDS_PER_REQUEST),
  );
  // What is not read before the deadline is given back as it was.
  const reads = await Promise.allSettled(
    chunks.map((chunk) => limit(() => (run.clock.now() < run.deadlineMs ? read(chunk) : undefined))),
  );
  const broken = reads.find((result) => result.status === 'rejected');
  if (broken) throw broken.reason;
  return { answered, gone };
}

/** One id that CI cannot take, or one job it cannot write down, spoils the answer for the nine others. */
function maybePoisoned(error: CiError): boolean {
  return error.kind === 'invalid' || error.kind === 'bad-answer';
}

/** Puts watches off after an error, each the longer the more often it failed. */
export async function putOff(
  run: SweepRun,
  token: string,
  watches: readonly ClaimedWatch[],
  error: CiError,
): Promise<void> {
  const reason = `${error.code}: ${error.message}`;
  const next = watches.map((watch) => ({
    jobId: watch.job_id,
    delayMs: errorDelayMs(watch.errors + 1, run.clock.random()),
  }));
  await run.store.transaction((sql) => postpone(sql, token, next, reason));
  run.tally.errors += watches.length;
  run.log.warn('jobs could not be read', {
    code: error.code,
    reason,
    jobs: watches.length,
    ciRequestId: error.requestId,
  });
}
