import postgres from 'postgres';
import { onTestFinished } from 'vitest';
import type { TerminalState } from '../../shared/ci/job-state.ts';
import { formatCiTime } from '../../shared/ci/time.ts';
import { systemClock } from '../../shared/clock.ts';
import { createLog } from '../../shared/log.ts';
import { openStore, type Sql, type Store } from '../../shared/store/store.ts';
import { addWatches } from '../../shared/watch/add-watches.ts';
import { foldCounts } from '../../shared/watch/counts/fold.ts';
import type { CountWindow } from '../../shared/watch/counts/period.ts';
import { observe } from '../../shared/watch/observe.ts';
import { getOverview, type Overview } from '../../shared/watch/overview/get-overview.ts';
import { recordChanges } from '../../shared/watch/record-changes.ts';
import type { WatchRow } from '../../shared/watch/watch.ts';
import { stopTime } from './shift-time.ts';
import { BUCKET, REGION } from './test-cloud.ts';
import { startTestDatabase } from './test-database.ts';

export interface Ending {
  readonly state: TerminalState;
  readonly code?: string;
  readonly seconds?: number;
}

export type CountedWorld = Awaited<ReturnType<typeof startCountedWorld>>;

/** A store in which jobs end, whose time stands still until a test moves it on or back. It ends with the test. */
export async function startCountedWorld() {
  const database = await startTestDatabase();
  onTestFinished(database.close);
  const openOwnStore = () => {
    const store = openStore(database.url, Date.now);
    onTestFinished(store.close);
    return store;
  };
  const store = openOwnStore();
  await store.transaction(async () => undefined);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => sql.end({ timeout: 0 }));
  const pass = await stopTime(database.url);

  return {
    sql,
    store,
    /** Another connection, as another instance has. */
    openOwnStore,
    pass,

    watch: (jobIds: readonly string[], rule = '', by = store) =>
      by.transaction((tx) =>
        addWatches(
          tx,
          jobIds.map((jobId) => ({ jobId, bucket: BUCKET, region: REGION, source: 'submit', rule })),
        ),
      ),

    /** CI says that these jobs ended. */
    end: (jobIds: readonly string[], ending: Ending, by: Store = store) =>
      observe(by, jobIds.map(said(ending))),

    /** A sweep closes these jobs as Missing. */
    miss: (jobIds: readonly string[], by: Store = store) => by.transaction((tx) => closeMissing(tx, jobIds)),

    fold: (by: Store = store) =>
      foldCounts({
        store: by,
        clock: systemClock,
        log: createLog('error'),
        deadlineMs: Date.now() + 60_000,
      }),

    overview: (window: CountWindow = '24h'): Promise<Overview> =>
      store.transaction((tx) => getOverview(tx, window, 50)),

    /** What stands in a table of counts. */
    rowsOf: (table: 'outcome_changes' | 'outcomes_by_quarter' | 'outcomes_by_hour' | 'outcomes_by_day') =>
      sql<{ rule: string; outcome: string; code: string; count: number }[]>`
        select rule, outcome, code, count::int as count from ${sql(table)} order by rule, outcome, code`,
  };
}

function said({ state, code = state === 'Failed' ? 'Broken' : 'Success', seconds }: Ending) {
  const endedMs = Date.now();
  const times =
    seconds === undefined
      ? {}
      : { StartTime: formatCiTime(endedMs - seconds * 1000), EndTime: formatCiTime(endedMs) };
  return (JobId: string) => ({
    job: { JobId, State: state, Code: code, ...times },
    sentAtMs: Date.now(),
    source: 'recheck' as const,
  });
}

async function closeMissing(sql: Sql, jobIds: readonly string[]): Promise<void> {
  const rows = await sql<(WatchRow & { now: Date })[]>`
    select *, jobwatch_now() as now from watches
    where job_id = any(${[...jobIds]}) and outcome = '' order by job_id for update`;
  const changes = rows.map((row) => ({
    row,
    changed: true,
    state: row.state,
    outcome: 'Missing' as const,
    source: 'recheck' as const,
    observedAtMs: row.now.getTime(),
    job: row.job,
    jobCreatedAtMs: row.job_created_at.getTime(),
  }));
  const [first] = rows;
  if (first) await recordChanges(sql, changes, first.now);
}
