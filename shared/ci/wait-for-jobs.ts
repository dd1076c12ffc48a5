import type { Bucket } from './bucket.ts';
import { CiError } from './ci-error.ts';
import type { CallOptions } from './client/client-options.ts';
import type { CiClient } from './client/create-client.ts';
import type { JobsAnswer } from './job.ts';
import { isTerminal } from './job-state.ts';

const FIRST_PAUSE_MS = 500;
const PAUSE_GROWTH = 1.5;
const LONGEST_PAUSE_MS = 3000;
/** The last question is asked early enough to be answered before the deadline. */
const LAST_QUESTION_MS = 2000;

export interface WaitOptions extends CallOptions {
  /** how long to wait for the jobs to end, in milliseconds; 0 asks once */
  readonly waitMs: number;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface Waited {
  readonly jobs: JobsAnswer;
  /** when the last question left, in unix milliseconds: what is open then was asked about by it */
  readonly sentAtMs: number;
}

/** Describes the jobs until all have ended or the time is up, asking again only about those still open. */
export async function waitForJobs(
  ci: Pick<CiClient, 'describeJobs'>,
  bucket: Bucket,
  jobIds: readonly string[],
  options: WaitOptions,
): Promise<Waited> {
  const { now, sleep, waitMs, signal } = options;
  const untilMs = Math.min(now() + waitMs, options.deadlineMs - LAST_QUESTION_MS);
  let sentAtMs = now();
  let jobs = await ci.describeJobs(bucket, jobIds, options);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * PAUSE_GROWTH, LONGEST_PAUSE_MS)) {
    const open = jobs.JobsDetail.filter((job) => !isTerminal(job.State)).map((job) => job.JobId);
    const leftMs = untilMs - now();
    if (open.length === 0 || leftMs <= 0) return { jobs, sentAtMs };
    await sleep(Math.min(pause, leftMs), signal);
    const askedMs = now();
    try {
      const later = await ci.describeJobs(bucket, open, {
        ...options,
        deadlineMs: untilMs + LAST_QUESTION_MS,
      });
      jobs = merge(jobIds, jobs, later);
      sentAtMs = askedMs;
    } catch (error) {
      // What was answered before still holds: there may be time for another question.
      if (!(error instanceof CiError && error.retryable)) throw error;
    }
  }
}

/** The later word on each job, in the order asked. */
function merge(jobIds: readonly string[], before: JobsAnswer, later: JobsAnswer): JobsAnswer {
  const jobs = new Map([...before.JobsDetail, ...later.JobsDetail].map((job) => [job.JobId, job]));
  for (const gone of later.NonExistJobIds) jobs.delete(gone);
  return {
    JobsDetail: jobIds.flatMap((id) => jobs.get(id) ?? []),
    NonExistJobIds: jobIds.filter((id) => !jobs.has(id)),
  };
}
