import postgres from 'postgres';
import { onTestFinished } from 'vitest';
import type { State } from '../../shared/ci/job-state.ts';
import { openStore } from '../../shared/store/store.ts';
import { observe } from '../../shared/watch/observe.ts';
import { timeOf } from './shift-time.ts';
import { startTestDatabase } from './test-database.ts';
import { until } from './until.ts';
import { said, watchNewJobs } from './watched-jobs.ts';

/** A database of one test in which jobs change, and what is to be told of them. */
export async function startToldWorld() {
  const database = await startTestDatabase();
  onTestFinished(database.close);
  const openOwnStore = () => {
    const store = openStore(database.url, Date.now);
    onTestFinished(store.close);
    return store;
  };
  const store = openOwnStore();
  // Migrates.
  await store.transaction(async () => undefined);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 0 }));
  const pass = timeOf(database.url);

  return {
    url: database.url,
    sql,
    store,
    /** Another connection, as another instance has. */
    openOwnStore,
    pass,
    watchJobs: (count: number) => watchNewJobs(store, count),
    /** CI says at once, and for the `turn`th time, how these jobs stand. */
    hear: (jobIds: readonly string[], state: State, turn: number, by = store) =>
      observe(
        by,
        // A later turn is asked for later, and none long ago.
        jobIds.map((id) => ({ ...said(id, state, turn), sentAtMs: Date.now() - 1000 + turn })),
      ),

    /** The ids of all events in the order in which they happened, job by job. */
    async eventIds(): Promise<Map<string, string[]>> {
      const rows = await sql<{ job_id: string; ids: string[] }[]>`
        select job_id, array_agg(id order by seq) as ids from events group by job_id`;
      return new Map(rows.map(({ job_id, ids }) => [job_id, ids]));
    },

    /** How many events have yet to arrive, or to be given up. */
    async left(): Promise<number> {
      const [row] = await sql<{ count: number }[]>`
        select (select count(*) from events where not fanned_out)::int
          + (select count(*) from deliveries where state = 'pending')::int as count`;
      return row?.count ?? 0;
    },

    /** Until nobody writes any more who began before the last event: the server has other tests' databases, too. */
    untilFeedIsWhole: () =>
      until(async () => {
        const late =
          await sql`select 1 from events where xid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1`;
        if (late.length > 0) throw new Error('expected every event to be in the feed');
      }),

    /** The deliveries that were given up. */
    async dead(): Promise<string[]> {
      const rows = await sql<{ id: string }[]>`
        select id from deliveries where state = 'dead' order by event_seq`;
      return rows.map(({ id }) => id);
    },

    /** Lets so much time go by that whatever waits is due, and the leases of the dead are over. */
    async passUntilAllIsDue(): Promise<void> {
      const [row] = await sql<{ seconds: number | null }[]>`
        select extract(epoch from max(greatest(next_attempt_at, claimed_until)) - jobwatch_now())::float8 as seconds
        from deliveries where state = 'pending'`;
      await pass(Math.max(0, row?.seconds ?? 0) + 1);
    },
  };
}

/** The ids in the order in which each first came. */
export function firstOfEach(arrivals: readonly { readonly id: string }[]): string[] {
  return [...new Set(arrivals.map(({ id }) => id))];
}

/** An event's id, or a delivery's, begins with its job's. */
export function jobOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

/** Ids of events, job by job. */
export function jobByJob(ids: readonly string[]): Map<string, string[]> {
  const byJob = new Map<string, string[]>();
  for (const id of ids) {
    const jobId = jobOf(id);
    byJob.set(jobId, [...(byJob.get(jobId) ?? []), id]);
  }
  return byJob;
}
