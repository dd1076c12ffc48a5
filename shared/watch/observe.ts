import type { Job } from '../ci/job.ts';
import type { State } from '../ci/job-state.ts';
import { parseCiTime } from '../ci/time.ts';
import { type Change, recordChanges, stepOf } from './record-changes.ts';
import type { Sql, Store } from './store.ts';
import { type Belief, type Outcome, outcomeOf, transition } from './transition.ts';
import { withoutKey } from './user-data.ts';
import type { Source, WatchRow } from './watch.ts';

/** One job's state as CI answered it. */
export interface Observation {
  readonly job: Job;
  /** when the request left, in unix milliseconds: by the database's clock where a claim gave it */
  readonly sentAtMs: number;
  readonly source: Source;
}

/** What an observation changed: one step of the job's history. */
export interface Changed {
  readonly JobId: string;
  readonly From: State | Outcome;
  readonly To: State | Outcome;
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
  const told = byJob(observations);
  const rows = await lock(sql, [...told.keys()]);
  const last = rows.at(-1);
  if (last === undefined) return [];
  const changes = rows.flatMap((row) => judge(row, told.get(row.job_id) ?? [], last.now.getTime()) ?? []);
  await recordChanges(sql, changes, last.now);
  return changes
    .filter((change) => change.changed)
    .map((change) => ({
      JobId: change.row.job_id,
      ...stepOf(change),
      source: change.source,
      hinted: change.row.hinted_at !== null,
    }));
}

/** What is told of each job, in the order in which it was asked for. */
function byJob(observations: readonly Observation[]): Map<string, Observation[]> {
  const told = new Map<string, Observation[]>();
  for (const observation of [...observations].sort((a, b) => a.sentAtMs - b.sentAtMs)) {
    const { JobId } = observation.job;
    const ofJob = told.get(JobId) ?? [];
    ofJob.push(observation);
    told.set(JobId, ofJob);
  }
  return told;
}

/**
 * Always in the order of the ids: two batches that meet wait for each other and never both at once. The last row's
 * `now` is read when every lock is held, so that times and changes of a job have one order.
 */
function lock(sql: Sql, jobIds: readonly string[]): Promise<(WatchRow & { now: Date })[]> {
  return sql<(WatchRow & { now: Date })[]>`
    with locked as (
      select * from watches
      where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json))
      order by job_id
      for update
    )
    select *, jobwatch_now() as now from locked`;
}

/** One change at most, to where the words lead when they are told one by one. */
function judge(row: WatchRow, told: readonly Observation[], nowMs: number): Change | undefined {
  let belief: Belief = {
    State: row.state,
    Outcome: row.outcome,
    observedAtMs: row.observed_at?.getTime(),
  };
  let believed: Observation | undefined;
  for (const observation of told) {
    const { State } = observation.job;
    // Nothing was asked later than now: a caller's clock that is ahead must not outrank what is asked after it.
    const sentAtMs = Math.min(observation.sentAtMs, nowMs);
    if (transition(belief, { State, sentAtMs }, nowMs) === 'ignored') continue;
    believed = observation;
    belief = { State, Outcome: outcomeOf(State), observedAtMs: sentAtMs };
  }
  if (believed === undefined) return undefined;
  const { job, source } = believed;
  return {
    row,
    changed: belief.State !== row.state || belief.Outcome !== row.outcome,
    state: belief.State,
    outcome: belief.Outcome,
    source,
    observedAtMs: belief.observedAtMs ?? nowMs,
    job: withoutKey(job),
    jobCreatedAtMs: parseCiTime(job.CreationTime) ?? row.job_created_at.getTime(),
  };
}
