import postgres from 'postgres';
import { onTestFinished, vi } from 'vitest';
import type { Job } from '../../shared/ci/job.ts';
import { formatCiTime } from '../../shared/ci/time.ts';
import { openStore } from '../../shared/store/store.ts';
import type { SweepSummary } from '../../shared/sweep/sweep.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { loadHandler } from './load-function.ts';
import { timeOf } from './shift-time.ts';
import { BUCKET, QUEUE, REGION, startTestCloud, TAG } from './test-cloud.ts';
import { startTestDatabase } from './test-database.ts';

/** Longer than any delay of the schedule: after it every open watch is due. */
export const UNTIL_DUE_SECONDS = 400;

/** What a test looks at of a watch, as it is stored. */
export interface StoredWatch {
  job_id: string;
  tag: string;
  queue_id: string;
  state: string;
  outcome: string;
  misses: number;
  errors: number;
  last_error: string;
  source: string;
  /** null while it stands with its cohort */
  apart_at: Date | null;
  claim_token: string | null;
  claimed_until: Date | null;
}

/** What a test looks at of a cohort, as it is stored; times in unix seconds. */
export interface StoredCohort {
  queue_id: string;
  start: number;
  open: number;
  listed: number | null;
  unlisted: number;
  errors: number;
  last_error: string;
  lease_token: string | null;
  next_check_at: Date;
  oldest: number | null;
  youngest: number | null;
}

export interface MakeJobs {
  count: number;
  state?: string;
  states?: string[];
  outcome?: string;
  tag?: string;
  queueId?: string;
  creationTime?: string;
  userData?: string;
}

export type LogLine = Record<string, unknown>;
export type Sweeping = Awaited<ReturnType<typeof startSweeping>>;

/** A local Cloud Infinite, an empty store, and recheck as it would be deployed. Everything ends with the test. */
export async function startSweeping(env: Record<string, string> = {}) {
  const [cloud, database] = await Promise.all([startTestCloud(), startTestDatabase()]);
  const store = openStore(database.url, Date.now);
  const sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  onTestFinished(async () => {
    await Promise.all([store.close(), sql.end()]);
    await Promise.all([database.close(), cloud.close()]);
  });
  // The store migrates itself at its first use.
  await store.transaction((tx) => tx`select 1`);
  const functionEnv = {
    ...cloud.env,
    API_AUTH: 'none',
    DATABASE_URL: database.url,
    CI_MAX_RPS: '1000',
    MISSING_GRACE_SECONDS: '300',
    DISCOVER: '',
    ...env,
  };
  const handler = await loadHandler('recheck', functionEnv);
  const lines = readLog();

  return {
    cloud,
    store,
    sql,
    lines,
    env: functionEnv,
    url: database.url,
    /** Moves the database's time. */
    pass: timeOf(database.url),

    async sweep(timeLimitMs = 60_000): Promise<SweepSummary> {
      const context = { request_id: 'sweep', time_limit_in_ms: timeLimitMs };
      return (await handler({}, context)) as SweepSummary;
    },

    /** Makes jobs that exist on paper, in a queue of their own, and gives their ids. */
    async jobs(make: MakeJobs): Promise<string[]> {
      const { JobIds } = await cloud.control('POST', '/jobs', { tag: TAG, queueId: QUEUE, ...make });
      if (!Array.isArray(JobIds)) throw new Error('expected JobIds');
      return JobIds;
    },

    /**
     * Watches jobs that are due at once, as CI tells of them when it takes them. Those whose tag and queue are not told are
     * read by id first.
     */
    async watch(
      jobIds: readonly string[],
      told: { Tag?: string; QueueId?: string; CreationTime?: string } = {},
    ): Promise<void> {
      const created = told.Tag && told.QueueId ? { CreationTime: formatCiTime(Date.now()) } : {};
      await store.transaction((tx) =>
        addWatches(
          tx,
          jobIds.map((JobId) => ({
            jobId: JobId,
            bucket: BUCKET,
            region: REGION,
            source: 'submit' as const,
            job: { JobId, State: 'Submitted', ...created, ...told } as Job,
          })),
        ),
      );
      await this.makeDue(jobIds);
    },

    /** Due since a second ago, with their cohorts: a sweep knows the time it began at to the millisecond only. */
    async makeDue(jobIds: readonly string[]): Promise<void> {
      await sql`
        update watches set apart_at = jobwatch_now() - interval '1 second'
        where job_id = any(${[...jobIds]}) and apart_at is not null`;
      await sql`
        update watch_cohorts c set next_check_at = jobwatch_now() - interval '1 second'
        where exists (
          select 1 from watches w
          where w.job_id = any(${[...jobIds]}) and w.outcome = '' and w.apart_at is null
            and (w.bucket, w.region, w.tag, w.queue_id) = (c.bucket, c.region, c.tag, c.queue_id)
            and w.job_created_at >= c.starts_at and not exists (
              select 1 from watch_cohorts n
              where (n.bucket, n.region, n.tag, n.queue_id) = (c.bucket, c.region, c.tag, c.queue_id)
                and n.starts_at > c.starts_at and n.starts_at <= w.job_created_at))`;
    },

    /** Stops CI from knowing these jobs. */
    async forget(jobIds: readonly string[]): Promise<void> {
      for (let from = 0; from < jobIds.length; from += 100) {
        await cloud.control('DELETE', `/jobs/${jobIds.slice(from, from + 100).join(',')}`);
      }
    },

    setJob: (jobId: string, change: Record<string, string>) =>
      cloud.control('PATCH', `/jobs/${jobId}`, change),

    /** Faults as the control surface takes them, `ids` and `pathIncludes` included. */
    faults: (...faults: Record<string, unknown>[]) => cloud.control('PUT', '/faults', faults),

    watches: () => sql<StoredWatch[]>`select * from watches order by job_id`,

    cohorts: () => sql<StoredCohort[]>`
      select *, extract(epoch from starts_at)::float8 as start, extract(epoch from oldest_at)::float8 as oldest,
        extract(epoch from youngest_at)::float8 as youngest
      from watch_cohorts order by bucket, region, tag, queue_id, starts_at`,

    async watchOf(jobId: string): Promise<StoredWatch> {
      const [watch] = await sql<StoredWatch[]>`select * from watches where job_id = ${jobId}`;
      if (watch === undefined) throw new Error(`expected a watch of ${jobId}`);
      return watch;
    },

    /** `from > to` of each history row, the oldest first. */
    async history(jobId: string): Promise<string[]> {
      const rows = await sql<{ step: string }[]>`
        select from_state || ' > ' || to_state as step from watch_history where job_id = ${jobId} order by id`;
      return rows.map((row) => row.step);
    },

    async events(jobId: string): Promise<string[]> {
      const rows = await sql<
        { type: string }[]
      >`select type from events where job_id = ${jobId} order by seq`;
      return rows.map((row) => row.type);
    },

    /** Requests that CI saw since the last call. */
    requestsSoFar: requestCounter(cloud),
  };
}

function requestCounter(cloud: Awaited<ReturnType<typeof startTestCloud>>) {
  const seen = { list: 0, describe: 0 };
  return async () => {
    const list = await cloud.requests('DescribeMediaJobs');
    const describe = await cloud.requests('DescribeMediaJob');
    const since = { list: list - seen.list, describe: describe - seen.describe };
    Object.assign(seen, { list, describe });
    return since;
  };
}

/** What the functions log from now on, parsed. */
function readLog(): LogLine[] {
  const lines: LogLine[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((text: unknown) => {
    lines.push(JSON.parse(String(text)));
  });
  onTestFinished(() => spy.mockRestore());
  return lines;
}
