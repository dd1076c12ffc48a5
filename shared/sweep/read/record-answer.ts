import type { Job } from '../../ci/job.ts';
import { parseCiTime } from '../../ci/time.ts';
import { inTransactions } from '../../store/in-batches.ts';
import { texts, unixMs } from '../../store/sql-values.ts';
import type { Sql } from '../../store/store.ts';
import { writeTogether } from '../../store/write-together.ts';
import { databaseNowMs } from '../../throttle/run.ts';
import { errorDelayMs } from '../../throttle/schedule.ts';
import { countChanges, observe } from '../../watch/observe.ts';
import { postpone, rejoin, setApart } from '../apart.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';
import { type Hold, nextDelayMs } from '../hold.ts';
import { markStalled } from '../settle/mark-stalled.ts';
import { findNews, type KnownJob, placesOf } from './news.ts';

/** What CI said of some jobs. */
export interface Answer {
  readonly jobs: readonly Job[];
  /** when the request left, in unix milliseconds by the database's clock */
  readonly sentAtMs: number;
}

/**
 * Takes in what CI said of some jobs; that it answered opens the bucket's lane, and the leases are kept. Only what differs
 * from what the store knows is written, as facts, for whoever watches them: what was claimed and has not changed costs
 * nothing. Watches that stand apart go back to their cohorts when they are read open. Each write is a transaction of its
 * own: rows of watches are always locked before those of cohorts.
 */
export async function recordAnswer(
  hold: Hold,
  cohorts: readonly HeldCohort[],
  { jobs, sentAtMs }: Answer,
): Promise<void> {
  const { run } = hold;
  hold.answered = true;
  await hold.lane.noteAnswer();
  const places = placesOf(cohorts, jobs);
  const others = jobs.filter(({ JobId }) => !places.has(JobId)).map(({ JobId }) => JobId);
  const known = await inTransactions(run.store, others, readKnown);
  const { changed, back, stalled } = findNews(
    jobs,
    { places, known: new Map(known.flat().map((row) => [row.job_id, row])) },
    (createdMs) => databaseNowMs(run) - createdMs > run.limits.stallAfterSeconds * 1000,
  );
  const refused = changed.length > 0 ? await observeAll(hold, changed, sentAtMs) : new Set<string>();
  for (const { open } of cohorts) for (const jobId of refused) open.delete(jobId);
  const stored = back.filter(({ JobId }) => !refused.has(JobId));
  if (stored.length > 0) await bringBack(hold, stored);
  const late = await inTransactions(run.store, stalled, (sql, batch) =>
    markStalled(sql, batch, run.limits.stallAfterSeconds),
  );
  const jobIds = late.flat();
  if (jobIds.length > 0)
    run.log.warn('jobs are open for longer than STALL_AFTER_SECONDS', { code: 'Stalled', jobIds });
  await hold.keepLease();
}

/** Resolves with the ids of jobs that the database refuses to store. */
async function observeAll(hold: Hold, jobs: readonly Job[], sentAtMs: number): Promise<Set<string>> {
  const { store, tally } = hold.run;
  const refused = new Set<string>();
  const changed = await writeTogether(
    jobs,
    (some) =>
      observe(
        store,
        some.map((job) => ({ job, sentAtMs, source: 'recheck' })),
      ),
    async ({ JobId: jobId }, reason) => {
      refused.add(jobId);
      await postponeRefused(hold, jobId, reason);
    },
  );
  countChanges(tally, changed.flat());
  return refused;
}

/** What the database refused it will refuse again soon: such a watch stands apart, and keeps none of the others. */
async function postponeRefused({ run, token }: Hold, jobId: string, reason: string): Promise<void> {
  const next = [{ jobId, delayMs: errorDelayMs(Number.POSITIVE_INFINITY, run.clock.random()) }];
  run.tally.errors += await run.store.transaction((sql) => postpone(sql, token, next, reason));
  run.log.error('the database refuses what CI said of a job: it is asked about again later', {
    code: 'RefusedByStore',
    jobId,
    reason,
  });
}

/** Watches that stood apart and were read open. One whose tag, queue or creation CI left out goes on being read by id. */
async function bringBack(hold: Hold, back: readonly Job[]): Promise<void> {
  const { run, token } = hold;
  const next = back.map((job) => ({
    jobId: job.JobId,
    delayMs: nextDelayMs(hold, parseCiTime(job.CreationTime)),
    placed: parseCiTime(job.CreationTime) !== undefined && Boolean(job.Tag) && Boolean(job.QueueId),
  }));
  const joined = await inTransactions(
    run.store,
    next.filter(({ placed }) => placed),
    (sql, batch) => rejoin(sql, token, batch),
  );
  const rejoined = new Set(joined.flatMap((ids) => [...ids]));
  await inTransactions(
    run.store,
    next.filter(({ jobId }) => !rejoined.has(jobId)),
    (sql, batch) => setApart(sql, token, batch),
  );
}

function readKnown(sql: Sql, jobIds: readonly string[]): Promise<KnownJob[]> {
  return sql<KnownJob[]>`
    select job_id, tag, queue_id, state, outcome, coalesce(job->>'Code', '') as code,
      ${unixMs(sql, sql`job_created_at`)} as created_ms, apart_at is not null as apart
    from watches
    where job_id in ${texts(sql, jobIds)} and outcome in ('', 'Missing')`;
}
