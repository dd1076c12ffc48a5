import type { Sql } from '../store/store.ts';

/** Ages in seconds; null when there was no sweep yet, or nothing is open. */
export interface Health {
  readonly lastSweepAgeSeconds: number | null;
  readonly oldestOpenAgeSeconds: number | null;
}

export async function readHealth(sql: Sql): Promise<Health> {
  const [health] = await sql<Health[]>`
    select
      extract(epoch from jobwatch_now() - (select started_at from last_sweep))::float8 as "lastSweepAgeSeconds",
      extract(epoch from jobwatch_now() - (
        select min(job_created_at) from watches where outcome = ''))::float8 as "oldestOpenAgeSeconds"`;
  return health ?? { lastSweepAgeSeconds: null, oldestOpenAgeSeconds: null };
}
