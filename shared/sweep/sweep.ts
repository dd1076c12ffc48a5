import type { Sql } from '../store/store.ts';
import { type Run, type RunParts, runFrom, type Tally } from '../throttle/run.ts';
import { readHealth } from '../watch/read-health.ts';

/** Begins a run whose time /healthz shows. */
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
  const { oldestOpenAgeSeconds } = await store.transaction(readHealth);
  const summary = { ...tally, oldestOpenSeconds: oldestOpenAgeSeconds };
  log.info('sweep', { ...summary });
  return summary;
}
