import type { Store } from '../store/store.ts';
import { writeTogether } from '../store/write-together.ts';
import { type Changed, type Observation, observe } from './observe.ts';

/** Observes many jobs; of one that the database refuses to take it is noted why, and the others are observed. */
export async function observeTogether(
  store: Store,
  observations: readonly Observation[],
  limitMs?: number,
): Promise<Changed[]> {
  const parts = await writeTogether(
    observations,
    (some) => observe(store, some, limitMs),
    ({ job }, reason) =>
      store.transaction(
        (sql) => sql`update watches set last_error = ${reason} where job_id = ${job.JobId} and outcome = ''`,
        limitMs,
      ),
  );
  return parts.flat();
}
