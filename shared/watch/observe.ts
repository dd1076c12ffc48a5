import type { Job } from '../ci/job.ts';
import { isTerminal, type State } from '../ci/job-state.ts';
import { parseCiTime } from '../ci/time.ts';
import { type Change, recordChanges } from './record-changes.ts';
import type { Sql, Store } from './store.ts';
import { outcomeOf, transition } from './transition.ts';
import { withoutKey } from './user-data.ts';
import type { Source, WatchRow } from './watch.ts';

/** One job's state as CI answered it. */
export interface Observation {
  readonly job: Job;
  /** when the request left, in unix milliseconds: by the database's clock where a claim gave it */
  readonly sentAtMs: number;
  readonly source: Source;
}

/** What an observation changed. */
export interface Changed {
  readonly JobId: string;
  readonly From: State;
  readonly To: State;
  readonly source: Source;
  /** whether an event or a callback had told us of the job */
  readonly hinted: boolean;
}

/**
 * The only way in for news about jobs. Those that nobody watches are passed over. Two round trips, whatever the number
 * of jobs; what changed, its history and its events are written together or not at all.
 */
export async function observe(
  store: Store,
  observations: readonly Observation[],
  limitMs?: number,
): Promise<Changed[]> {
  if (observations.length === 0) return [];
  return await store.transaction((sql) => observeWithin(sql, observations), limitMs);
}

/** The same as a part of a transaction that does more. */
export async function observeWithin(sql: Sql, observations: readonly Observation[]): Promise<Changed[]> {
  const words = deduplicate(observations);
  const rows = await lock(sql, [...words.keys()]);
  const changes = rows.flatMap((row) => {
    const word = words.get(row.job_id);
    return word ? judge(row, word) : [];
  });
  const [first] = rows;
  if (first) await recordChanges(sql, changes, first.now);
  return changes
    .filter((change) => change.changed)
    .map(({ row, state, source }) => ({
      JobId: row.job_id,
      From: row.state,
      To: state,
      source,
      hinted: row.hinted_at !== null,
    }));
}

/** Of several words about one job, a terminal one counts, else the one that was asked for last. */
function deduplicate(observations: readonly Observation[]): Map<string, Observation> {
  const words = new Map<string, Observation>();
  for (const observation of observations) {
    const known = words.get(observation.job.JobId);
    if (known === undefined || outranks(observation, known)) words.set(observation.job.JobId, observation);
  }
  return words;
}

function outranks(word: Observation, known: Observation): boolean {
  if (isTerminal(known.job.State)) return false;
  return isTerminal(word.job.State) || word.sentAtMs > known.sentAtMs;
}

/** Always in the order of the ids: two batches that meet wait for each other and never both at once. */
function lock(sql: Sql, jobIds: readonly string[]): Promise<(WatchRow & { now: Date })[]> {
  return sql<(WatchRow & { now: Date })[]>`
    select *, jobwatch_now() as now from watches
    where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json))
    order by job_id
    for update`;
}

function judge(row: WatchRow, { job, sentAtMs, source }: Observation): Change[] {
  const belief = { State: row.state, Outcome: row.outcome, observedAtMs: row.observed_at?.getTime() };
  const verdict = transition(belief, { State: job.State, sentAtMs });
  if (verdict === 'ignored') return [];
  const createdAtMs = parseCiTime(job.CreationTime);
  return [
    {
      row,
      changed: verdict === 'changed',
      state: job.State,
      outcome: outcomeOf(job.State),
      source,
      observedAtMs: sentAtMs,
      job: withoutKey(job),
      jobCreatedAtMs: createdAtMs ?? row.job_created_at.getTime(),
    },
  ];
}
