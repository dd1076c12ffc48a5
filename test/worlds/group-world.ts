import postgres from 'postgres';
import { onTestFinished } from 'vitest';
import type { Job } from '../../shared/ci/job.ts';
import { formatCiTime } from '../../shared/ci/time.ts';
import type { Log } from '../../shared/log.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { startSweep } from '../../shared/sweep/sweep.ts';
import { sweepDue } from '../../shared/sweep/sweep-due.ts';
import { slotsByAccount } from '../../shared/throttle/rate.ts';
import type { Tally } from '../../shared/throttle/run.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { type FakeJob, type Faults, fakeCi } from './fake-ci.ts';
import { BUCKET, QUEUE, REGION, TAG } from './test-cloud.ts';
import { startTestDatabase } from './test-database.ts';

/** Waiting for a slot takes no time here, but a slot must not lie behind the deadline of a sweep. */
const MAX_RPS = 1000;

export type GroupWorld = Awaited<ReturnType<typeof startGroupWorld>>;

/**
 * One group in a real database, and a CI in this process: time stands still until the test moves it, for all of them at
 * once, and waiting takes none.
 */
export async function startGroupWorld(faults: Faults = {}) {
  const database = await startTestDatabase();
  const sql = postgres(database.url, { max: 3, onnotice: () => undefined });
  const stores: Store[] = [];
  const openOne = () => {
    const store = openStore(database.url, Date.now);
    stores.push(store);
    return store;
  };
  onTestFinished(async () => {
    await Promise.all([...stores.map((store) => store.close()), sql.end()]);
    await database.close();
  });
  const store = openOne();
  const startedMs = Math.floor(Date.now() / 1000) * 1000;
  let nowMs = startedMs;
  await store.transaction((tx) => tx`select 1`);
  const setTime = () =>
    sql.unsafe(
      `create or replace function jobwatch_now() returns timestamptz language sql volatile
        as $$select timestamptz '${new Date(nowMs).toISOString()}'$$`,
    );
  await setTime();
  const cloud = fakeCi([], () => nowMs, faults);
  const lines: { message: string; fields: Record<string, unknown> }[] = [];
  const write = (message: string, fields: Record<string, unknown> = {}) => lines.push({ message, fields });
  const log = { debug: write, info: write, warn: write, error: write } as unknown as Log;
  let made = 0;
  /** Waiting for a slot takes no time: the rate is not what is looked at here. */
  const clock = { now: () => nowMs, sleep: async () => undefined, random: Math.random };

  return {
    sql,
    store,
    openStore: openOne,
    cloud,
    faults,
    lines,
    now: () => nowMs,
    async pass(seconds: number): Promise<void> {
      nowMs += seconds * 1000;
      await setTime();
    },

    /** Jobs that CI took so many seconds ago, as a submission writes them down, a batch a transaction. */
    async submit(count: number, { ago = 0, lasts = 86_400, spread = 0 } = {}): Promise<FakeJob[]> {
      const jobs = Array.from({ length: count }, (_, index) => {
        made += 1;
        const createdMs = nowMs - ago * 1000 + Math.floor((index * spread * 1000) / count);
        return { id: `j${String(made).padStart(32, '0')}`, createdMs, endsMs: createdMs + lasts * 1000 };
      });
      for (const job of jobs) cloud.add(job);
      for (let from = 0; from < count; from += 500) {
        await store.transaction((tx) =>
          addWatches(
            tx,
            jobs.slice(from, from + 500).map((job) => this.watchOf(job)),
          ),
        );
      }
      return jobs;
    },

    watchOf: ({ id, createdMs }: FakeJob) => ({
      jobId: id,
      bucket: BUCKET,
      region: REGION,
      source: 'submit' as const,
      job: {
        JobId: id,
        State: 'Submitted',
        Code: 'Success',
        Tag: TAG,
        QueueId: QUEUE,
        CreationTime: formatCiTime(createdMs + (faults.clockMs ?? 0)),
      } satisfies Job,
    }),

    /** What a run of another function is made of. */
    parts: () => ({
      store,
      ci: cloud.ci,
      clock,
      log,
      deadlineMs: nowMs + 3_600_000,
      slotsFor: slotsByAccount(store, MAX_RPS, clock),
      limits: { missingGraceSeconds: 0, stallAfterSeconds: 1_000_000 },
    }),

    /** One sweep; what it asked. */
    async sweep({
      using = store,
      seconds = 3600,
      random = Math.random,
    } = {}): Promise<Tally & { asked: string[][] }> {
      const asked = cloud.seen.asked.length;
      const run = await startSweep({
        store: using,
        ci: cloud.ci,
        clock: { ...clock, random },
        log,
        deadlineMs: nowMs + seconds * 1000,
        slotsFor: slotsByAccount(using, MAX_RPS, clock),
        limits: { missingGraceSeconds: 0, stallAfterSeconds: 1_000_000 },
      });
      await sweepDue(run);
      return { ...run.tally, asked: cloud.seen.asked.slice(asked) };
    },

    makeAllDue: () =>
      sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second' where open > 0`,

    cohorts: () => sql<
      {
        start: number | null;
        open: number;
        oldest: number | null;
        youngest: number | null;
        due: number;
        leased: boolean;
      }[]
    >`
      select extract(epoch from nullif(starts_at, '-infinity'))::float8 as start, open,
        extract(epoch from oldest_at)::float8 as oldest, extract(epoch from youngest_at)::float8 as youngest,
        extract(epoch from next_check_at)::float8 as due, lease_token is not null as leased
      from watch_cohorts order by starts_at`,

    /** Open watches that stand neither apart nor in a cohort that will be looked at. */
    async uncovered(): Promise<number> {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from watches w where outcome = '' and apart_at is null and not exists (
          select 1 from watch_cohorts c
          where (c.bucket, c.region, c.tag, c.queue_id) = (w.bucket, w.region, w.tag, w.queue_id)
            and c.starts_at <= w.job_created_at)`;
      return row?.count ?? -1;
    },

    /** Members by the cohort that they lie in: how many, and when that is due, in seconds from now. */
    members: () => sql<{ start: number | null; members: number; waits: number; outcome: string }[]>`
      select extract(epoch from nullif(c.starts_at, '-infinity'))::float8 as start, count(*)::int as members,
        extract(epoch from max(c.next_check_at) - jobwatch_now())::float8 as waits
      from watches w cross join lateral (
        select starts_at, next_check_at from watch_cohorts c
        where (c.bucket, c.region, c.tag, c.queue_id) = (w.bucket, w.region, w.tag, w.queue_id)
          and c.starts_at <= w.job_created_at
        order by starts_at desc limit 1) as c
      where w.outcome = '' and w.apart_at is null
      group by c.starts_at order by c.starts_at`,

    async outcomes(): Promise<Record<string, number>> {
      const rows = await sql<{ outcome: string; count: number }[]>`
        select outcome, count(*)::int as count from watches group by outcome`;
      return Object.fromEntries(rows.map(({ outcome, count }) => [outcome, count]));
    },
  };
}
