import type { Job } from '../../ci/job.ts';
import { isTerminal } from '../../ci/job-state.ts';
import { parseCiTime } from '../../ci/time.ts';
import { observeWithin } from '../observe.ts';
import { errorDelayMs, nextCheckDelayMs } from '../schedule.ts';
import { writeTogether } from '../write-together.ts';
import type { ClaimedWatch } from './claim.ts';
import { markStalled, type NextCheck, postpone, schedule } from './settle.ts';
import { databaseNowMs, type SweepRun } from './sweep-run.ts';

/**
 * Takes in what CI said of some jobs: as facts, for whoever watches them; as checks, for what this token holds. A job of
 * which the database refuses a value is put off with the reason, and keeps none of the others.
 */
export async function noteAnswer(
  run: SweepRun,
  token: string,
  jobs: readonly Job[],
  sentAtMs: number,
): Promise<void> {
  const noted = await writeTogether(
    jobs,
    (some) => noteJobs(run, token, some, sentAtMs),
    ({ JobId: jobId }, reason) => postponeRefused(run, token, jobId, reason),
  );
  const changed = noted.flatMap((part) => part.changed);
  run.tally.changed += changed.length;
  const finished = changed.filter(({ To }) => isTerminal(To));
  run.tally.finished += finished.length;
  run.tally.recovered += finished.filter(({ hinted }) => !hinted).length;
  const stalled = noted.flatMap((part) => part.stalled);
  if (stalled.length > 0) run.log.warn('jobs take very long', { code: 'Stalled', jobIds: stalled });
}

async function noteJobs(run: SweepRun, token: string, jobs: readonly Job[], sentAtMs: number) {
  const open = jobs.filter((job) => !isTerminal(job.State));
  const next = open.map((job) => ({
    jobId: job.JobId,
    delayMs: delayFor(run, parseCiTime(job.CreationTime) ?? databaseNowMs(run)),
  }));
  return await run.store.transaction(async (sql) => {
    const changed = await observeWithin(
      sql,
      jobs.map((job) => ({ job, sentAtMs, source: 'recheck' })),
    );
    await schedule(sql, token, next);
    const ids = open.map((job) => job.JobId);
    return { changed, stalled: await markStalled(sql, ids, run.limits.stallAfterSeconds) };
  });
}

/** What the database refused it will refuse again soon. */
async function postponeRefused(run: SweepRun, token: string, jobId: string, reason: string): Promise<void> {
  const next = [{ jobId, delayMs: errorDelayMs(Number.POSITIVE_INFINITY, run.clock.random()) }];
  run.tally.errors += await run.store.transaction((sql) => postpone(sql, token, next, reason));
  run.log.error('a job cannot be stored', { code: 'RefusedByStore', jobId, reason });
}

/** When claimed watches are looked at next if CI said nothing new about them. */
export function nextChecks(run: SweepRun, watches: readonly ClaimedWatch[]): NextCheck[] {
  return watches.map((watch) => ({
    jobId: watch.job_id,
    delayMs: delayFor(run, watch.job_created_at.getTime()),
  }));
}

function delayFor(run: SweepRun, createdMs: number): number {
  return nextCheckDelayMs(databaseNowMs(run) - createdMs, run.clock.random());
}
