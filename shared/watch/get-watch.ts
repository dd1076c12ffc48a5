import type { Job } from '../ci/job.ts';
import { texts } from '../store/sql-values.ts';
import type { Sql } from '../store/store.ts';
import { type Source, toWatch, type Watch, type WatchRow, watchColumns } from './watch.ts';

/** One change of state. The first has an empty From. */
interface HistoryEntry {
  readonly From: string;
  readonly To: string;
  /** RFC 3339: when we learned of it */
  readonly At: string;
  readonly Source: Source;
}

type WholeWatch = Watch & { Job: Job | null; History: HistoryEntry[] };

/** One watch with its job as CI last described it and the way it went; undefined when nobody watches the job. */
export async function getWatch(sql: Sql, jobId: string): Promise<WholeWatch | undefined> {
  const [[row], steps] = await Promise.all([
    sql<WatchRow[]>`
      select ${watchColumns(sql)} from watches w where job_id = ${jobId}`,
    sql<{ from_state: string; to_state: string; at: Date; source: Source }[]>`
      select from_state, to_state, at, source from watch_history where job_id = ${jobId} order by id`,
  ]);
  if (row === undefined) return undefined;
  return {
    ...toWatch(row),
    Job: row.job,
    History: steps.map((step) => ({
      From: step.from_state,
      To: step.to_state,
      At: step.at.toISOString(),
      Source: step.source,
    })),
  };
}

/** Several watches, in the order of the ids given. */
export async function getWatches(sql: Sql, jobIds: readonly string[]): Promise<Watch[]> {
  const rows = await sql<WatchRow[]>`
    select ${watchColumns(sql)} from watches w
    where job_id in ${texts(sql, jobIds)}`;
  const byId = new Map(rows.map((row) => [row.job_id, row]));
  return jobIds.flatMap((id) => {
    const row = byId.get(id);
    return row ? toWatch(row) : [];
  });
}
