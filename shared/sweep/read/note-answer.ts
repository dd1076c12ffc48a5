import type { Job } from '../../ci/job.ts';
import { isTerminal } from '../../ci/job-state.ts';
import { parseCiTime } from '../../ci/time.ts';
import type { Sql } from '../../store/store.ts';
import { writeTogether } from '../../store/write-together.ts';
import { ciNowMs, databaseNowMs } from '../../throttle/run.ts';
import { errorDelayMs, nextCheckDelayMs } from '../../throttle/schedule.ts';
import { type Member, secondOf } from '../../watch/cohorts/cohort.ts';
import { countChanges } from '../../watch/count-changes.ts';
import { observe } from '../../watch/observe.ts';
import { postpone, rejoin, setApart } from '../apart.ts';
import type { HeldCohort } from '../claim/held-cohort.ts';
import type { Hold } from '../hold.ts';
import { markStalled } from '../settle/settle.ts';

/** What the store knows of a job that is no member of what was claimed. */
interface KnownJob {
  job_id: string;
  tag: string;
  queue_id: string;
  state: string;
  outcome: string;
  code: string;
  created_ms: number;
  apart: boolean;
}

/**
 * Takes in what CI said of some jobs. Only what differs from what the store knows is news, and only news is written, as
 * facts, for whoever watches them: what was claimed and has not changed costs nothing. Watches that stand apart go
 * back to their cohorts when they are read open.
 */
export async function noteAnswer(
  hold: Hold,
  cohorts: readonly HeldCohort[],
  jobs: readonly Job[],
  sentAtMs: number,
): Promise<void> {
  if (jobs.length === 0) return;
  const { run } = hold;
  const place = new Map<string, { held: HeldCohort; member: Member }>();
  for (const { JobId } of jobs) {
    for (const held of cohorts) {
      const member = held.members.get(JobId);
      if (member) place.set(JobId, { held, member });
    }
  }
  const others = jobs.filter(({ JobId }) => !place.has(JobId)).map(({ JobId }) => JobId);
  const known = new Map<string, KnownJob>();
  if (others.length > 0) {
    for (const row of await run.store.transaction((sql) => readKnown(sql, others)))
      known.set(row.job_id, row);
  }
  const news: Job[] = [];
  const back: Job[] = [];
  const stale: string[] = [];
  for (const job of jobs) {
    const mine = place.get(job.JobId);
    const other = known.get(job.JobId);
    if (mine) {
      const { held, member } = mine;
      if (isTerminal(job.State)) {
        news.push(job);
        continue;
      }
      const { tag, queue_id } = held.cohort.group;
      const asKnown = { state: member.state, code: member.code, created_ms: member.createdMs, tag, queue_id };
      if (differs(job, asKnown)) news.push(job);
      held.open.set(job.JobId, parseCiTime(job.CreationTime) ?? member.createdMs);
      if (!member.stalled && takesLong(hold, member.createdMs)) stale.push(job.JobId);
    } else if (other) {
      const isNews = other.outcome !== '' || differs(job, other);
      if (isTerminal(job.State)) {
        news.push(job);
        continue;
      }
      if (isNews || other.apart) news.push(job);
      if (other.apart) back.push(job);
      if (takesLong(hold, other.created_ms)) stale.push(job.JobId);
    }
  }
  if (news.length === 0 && stale.length === 0) return;
  await write(hold, cohorts, { news, back, stale }, sentAtMs);
}

/** Each in a transaction of its own: rows of watches are always locked before those of cohorts. */
async function write(
  hold: Hold,
  cohorts: readonly HeldCohort[],
  { news, back, stale }: { news: readonly Job[]; back: readonly Job[]; stale: readonly string[] },
  sentAtMs: number,
): Promise<void> {
  const { store, tally, limits, log } = hold.run;
  const refused = new Set<string>();
  const changed = await writeTogether(
    news,
    (some) =>
      observe(
        store,
        some.map((job) => ({ job, sentAtMs, source: 'recheck' })),
      ),
    async ({ JobId: jobId }, reason) => {
      refused.add(jobId);
      for (const { open } of cohorts) open.delete(jobId);
      await postponeRefused(hold, jobId, reason);
    },
  );
  countChanges(tally, changed.flat());
  const stored = back.filter(({ JobId }) => !refused.has(JobId));
  if (stored.length > 0) await bringBack(hold, stored);
  if (stale.length === 0) return;
  const stalled = await store.transaction((sql) => markStalled(sql, stale, limits.stallAfterSeconds));
  if (stalled.length > 0) log.warn('jobs take very long', { code: 'Stalled', jobIds: stalled });
}

/** What the database refused it will refuse again soon: such a watch stands apart, and keeps none of the others. */
async function postponeRefused({ run, token }: Hold, jobId: string, reason: string): Promise<void> {
  const next = [{ jobId, delayMs: errorDelayMs(Number.POSITIVE_INFINITY, run.clock.random()) }];
  run.tally.errors += await run.store.transaction((sql) => postpone(sql, token, next, reason));
  run.log.error('a job cannot be stored', { code: 'RefusedByStore', jobId, reason });
}

/** Watches that stood apart and were read open. What CI does not place goes on being read by id. */
async function bringBack(hold: Hold, back: readonly Job[]): Promise<void> {
  const next = back.map((job) => ({
    jobId: job.JobId,
    delayMs: delayOf(hold, parseCiTime(job.CreationTime)),
    placed: parseCiTime(job.CreationTime) !== undefined && Boolean(job.Tag) && Boolean(job.QueueId),
  }));
  const placed = next.filter((check) => check.placed);
  const { store } = hold.run;
  const joined = await store.transaction((sql) => rejoin(sql, hold.token, placed));
  const others = next.filter(({ jobId }) => !joined.has(jobId));
  if (others.length > 0) await store.transaction((sql) => setApart(sql, hold.token, others));
}

/** When jobs of an age are looked at next, by CI's clock; of an unknown age, as if they were new. */
export function delayOf(
  { run, bucket }: Pick<Hold, 'run' | 'bucket'>,
  createdMs: number | undefined,
): number {
  const nowMs = ciNowMs(run, bucket);
  return nextCheckDelayMs(nowMs - (createdMs ?? nowMs), run.clock.random());
}

type Told = Pick<KnownJob, 'state' | 'code' | 'created_ms' | 'tag' | 'queue_id'>;

/** Whether CI says something new; a node that it leaves out says nothing. Progress is no news. */
function differs(job: Job, known: Told): boolean {
  const createdMs = parseCiTime(job.CreationTime);
  return (
    job.State !== known.state ||
    (job.Code ?? '') !== known.code ||
    (job.Tag || known.tag) !== known.tag ||
    (job.QueueId || known.queue_id) !== known.queue_id ||
    (createdMs !== undefined && createdMs !== secondOf(known.created_ms))
  );
}

function takesLong({ run }: Hold, createdMs: number): boolean {
  return databaseNowMs(run) - createdMs > run.limits.stallAfterSeconds * 1000;
}

function readKnown(sql: Sql, jobIds: readonly string[]): Promise<KnownJob[]> {
  return sql<KnownJob[]>`
    select job_id, tag, queue_id, state, outcome, coalesce(job->>'Code', '') as code,
      extract(epoch from job_created_at)::float8 * 1000 as created_ms, apart_at is not null as apart
    from watches
    where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json))
      and outcome in ('', 'Missing')`;
}
