import type { Sql } from '../store/store.ts';
import { type Run, type RunParts, runFrom, type Tally } from '../throttle/run.ts';

/** Begins a run that is noted for /healthz. */
export async function startSweep(parts: RunParts): Promise<Run> {
  return runFrom(parts, await parts.store.transaction(noteSweep));
}

async function noteSweep(sql: Sql): Promise<Date | undefined> {
  const [noted] = await sql<{ started_at: Date }[]>`
    insert into last_sweep (started_at) values (jobwatch_now())
    on conflict (only_row) do update set started_at = excluded.started_at
    returning started_at`;
  return noted?.started_at;
}

export interface SweepSummary extends Tally {
  /** of the oldest open job; null when none is open */
  readonly oldestOpenSeconds: number | null;
}

/** Writes the sweep's one line. */
export async function endSweep({ store, log, tally }: Run): Promise<SweepSummary> {
  const oldestOpenSeconds = await store.transaction(async (sql) => {
    const [oldest] = await sql<{ seconds: number | null }[]>`
      select extract(epoch from jobwatch_now() - min(job_created_at))::float8 as seconds
      from watches where outcome = ''`;
    return oldest?.seconds ?? null;
  });
  const summary = { ...tally, oldestOpenSeconds };
  log.info('sweep', { ...summary });
  return summary;
}
