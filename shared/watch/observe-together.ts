import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { writeTogether } from '../store/write-together.ts';
import { type Changed, type Observation, observe } from './observe.ts';

/** Observes many jobs; why the database refuses one becomes its watch's LastError, and the others are observed. */
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

/** Tells that observations were lost on the way to the store: their source was not the sweep, which asks again. */
export function warnNotStored(log: Log, jobIds: readonly string[], error: unknown): void {
  log.warn('job states could not be stored: the next sweep reads them again', {
    code: 'NotNoted',
    jobIds,
    error,
  });
}
