import type { Job } from '../ci/job.ts';
import { isTerminal, type State } from '../ci/job-state.ts';
import { parseCiTime } from '../ci/time.ts';
import { inBatches } from '../store/in-batches.ts';
import { prepared } from '../store/prepared.ts';
import { texts } from '../store/sql-values.ts';
import type { Sql, Store } from '../store/store.ts';
import type { Tally } from '../throttle/run.ts';
import { type Change, recordChanges, stepOf } from './record-changes.ts';
import { type Outcome, outcomeOf, transition } from './transition.ts';
import { withoutKey } from './user-data.ts';
import { type Source, type WatchRow, watchColumns } from './watch.ts';

/** Observations that one transaction takes in, at most. */
const OBSERVE_BATCH = 100;

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
  /** whether an event or a callback had named the job before */
  readonly hinted: boolean;
}

/**
 * The only way in for news about jobs. Those that nobody watches are passed over. Two round trips for 100 jobs; what
 * changed of a job, its history and its events are written together or not at all.
 * @param limitMs of each transaction
 */
export async function observe(
  store: Store,
  observations: readonly Observation[],
  limitMs?: number,
): Promise<Changed[]> {
  const changed = await inBatches(observations, OBSERVE_BATCH, (batch) =>
    store.transaction((sql) => observeWithin(sql, batch), limitMs),
  );
  return changed.flat();
}

/** The same as a part of a transaction that does more. */
export async function observeWithin(sql: Sql, observations: readonly Observation[]): Promise<Changed[]> {
  const latest = deduplicate(observations);
  const rows = await lock(sql, [...latest.keys()]);
  const last = rows.at(-1);
  const changes = rows.flatMap((row) => {
    const observation = latest.get(row.job_id);
    return observation && last ? changesOf(row, observation, last.now.getTime()) : [];
  });
  if (last) await recordChanges(sql, changes, last.now);
  return changes
    .filter((change) => change.changed)
    .map((change) => ({
      JobId: change.row.job_id,
      ...stepOf(change),
      source: change.source,
      hinted: change.row.hinted_at !== null,
    }));
}

/** Counts what observations changed. An outcome that no event and no callback had announced is one that was recovered. */
export function countChanges(tally: Tally, changes: readonly Changed[]): void {
  const finished = changes.filter(({ To }) => isTerminal(To));
  tally.changed += changes.length;
  tally.finished += finished.length;
  tally.recovered += finished.filter(({ hinted }) => !hinted).length;
}

/** Of several observations of one job the one that would count, had each been taken in when it was asked for. */
function deduplicate(observations: readonly Observation[]): Map<string, Observation> {
  const latest = new Map<string, Observation>();
  for (const observation of [...observations].sort((a, b) => a.sentAtMs - b.sentAtMs)) {
    const { JobId, State } = observation.job;
    const before = latest.get(JobId);
    const known = {
      State: before?.job.State ?? '',
      Outcome: outcomeOf(before?.job.State ?? ''),
      observedAtMs: before?.sentAtMs,
    };
    const { sentAtMs } = observation;
    const verdict = transition(known, { State, sentAtMs }, sentAtMs);
    if (verdict !== 'ignored') latest.set(JobId, observation);
  }
  return latest;
}

/**
 * Always in the order of the ids: two batches that meet wait for each other and never both at once. The last row's
 * `now` is read when every lock is held, so that times and changes of a job have one order.
 */
function lock(sql: Sql, jobIds: readonly string[]): Promise<(WatchRow & { now: Date })[]> {
  return prepared(sql<(WatchRow & { now: Date })[]>`
    with locked as (
      select * from watches
      where job_id in ${texts(sql, jobIds)}
      order by job_id
      for update
    )
    select ${watchColumns(sql)}, jobwatch_now() as now from locked w`);
}

/** One change, or none. */
function changesOf(row: WatchRow, { job, source, ...asked }: Observation, nowMs: number): Change[] {
  // Nothing was asked later than now: a caller's clock that is ahead must not outrank what is asked after it.
  const sentAtMs = Math.min(asked.sentAtMs, nowMs);
  const known = { State: row.state, Outcome: row.outcome, observedAtMs: row.observed_at?.getTime() };
  const verdict = transition(known, { State: job.State, sentAtMs }, nowMs);
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
