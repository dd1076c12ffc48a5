import pLimit from 'p-limit';
import { allOf } from '../../all-of.ts';
import { CiError } from '../../ci/ci-error.ts';
import { inTransactions } from '../../store/in-batches.ts';
import { askCi, isOutOfTime } from '../../throttle/ask-ci.ts';
import { errorDelayMs } from '../../throttle/schedule.ts';
import { postpone, setApart } from '../apart.ts';
import type { Hold } from '../hold.ts';
import { type Asked, requestsFor } from './asked.ts';
import { createIdResults, type FailedIds, type IdResults } from './id-results.ts';
import { asksToWait, isAboutOneJob, isRefusedForAll } from './read-failure.ts';
import { recordAnswer } from './record-answer.ts';

/** Requests by id that one kind has under way at once. */
const CONCURRENCY = 4;

/**
 * Reads ids ten a request. What fails is put off with its error and blocks nothing else; what failed before shares no
 * request with others, and is asked about in the smaller batches the more often it failed.
 */
export async function readById(hold: Hold, ids: readonly Asked[]): Promise<IdResults> {
  const { run, lane } = hold;
  const results = createIdResults();
  const limit = pLimit(CONCURRENCY);
  // The first goes alone: what would be refused to all is refused once.
  const [first, ...others] = requestsFor(ids, run.clock.random());
  if (first) await readRequest(hold, results, first);
  await allOf(others.map((request) => limit(() => readRequest(hold, results, request))));
  const othersWereAnswered = hold.answered && !lane.stopped && hold.refusedForAll === undefined;
  for (const failed of results.failed(othersWereAnswered)) await postponeFailed(hold, failed);
  // They are due by themselves: their cohort is not listed anew for them.
  const due = results.unread.map(({ jobId }) => ({ jobId, delayMs: 0 }));
  await inTransactions(run.store, due, (sql, batch) => setApart(sql, hold.token, batch));
  return results;
}

async function readRequest(hold: Hold, results: IdResults, request: readonly Asked[]): Promise<void> {
  if (hold.isStopped) return results.addUnasked(request, hold.refusedForAll);
  const { run, bucket } = hold;
  try {
    const jobIds = request.map(({ jobId }) => jobId);
    const { answer, sentAtMs } = await askCi(run, bucket, (call) =>
      run.ci.describeJobs(bucket, jobIds, call),
    );
    const cohorts = [...new Set(request.flatMap(({ cohort }) => cohort ?? []))];
    await recordAnswer(hold, cohorts, { jobs: answer.JobsDetail, sentAtMs });
    results.addAnswered(request, answer.NonExistJobIds);
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    await noteFailed(hold, results, { ids: request, error });
    await hold.keepLease();
  }
}

async function noteFailed(hold: Hold, results: IdResults, { ids, error }: FailedIds): Promise<void> {
  if (isOutOfTime(hold.run, error)) {
    hold.outOfTime = true;
    return results.addUnasked(ids, hold.refusedForAll);
  }
  if (ids.length > 1 && isAboutOneJob(error)) {
    const half = Math.ceil(ids.length / 2);
    await readRequest(hold, results, ids.slice(0, half));
    return await readRequest(hold, results, ids.slice(half));
  }
  if (isRefusedForAll(error)) hold.refusedForAll = error;
  await hold.lane.noteError(error, ids[0]?.jobId ?? '');
  const isTheirs = hold.answered && !hold.isStopped && !asksToWait(error);
  if (isAboutOneJob(error) || isTheirs) return await postponeFailed(hold, { ids, error });
  results.addUnanswered(ids, error);
}

/** Sets watches apart after an error, each for the longer the more often it failed. */
async function postponeFailed({ run, token, kind }: Hold, { ids, error }: FailedIds): Promise<void> {
  const next = ids.map(({ jobId, errors }) => ({
    jobId,
    delayMs: errorDelayMs(errors + 1, run.clock.random()),
  }));
  const counts = await inTransactions(run.store, next, (sql, batch) =>
    postpone(sql, token, batch, error.reason),
  );
  run.tally.errors += counts.reduce((sum, count) => sum + count, 0);
  run.log.warn('jobs could not be read by id: each is asked about again later', {
    code: error.code,
    reason: error.reason,
    ...kind,
    jobs: ids.length,
    jobId: ids[0]?.jobId,
    ciRequestId: error.requestId,
  });
}
