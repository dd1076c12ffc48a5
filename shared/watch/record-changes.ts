import { cutText } from '../ci/cut-text.ts';
import type { Job } from '../ci/job.ts';
import type { State } from '../ci/job-state.ts';
import { prepared } from '../store/prepared.ts';
import type { Sql } from '../store/store.ts';
import { TICK_MS } from '../throttle/schedule.ts';
import { coverGroups, type NewMember } from './cohorts/cover-groups.ts';
import { countOutcomes } from './counts/count-outcomes.ts';
import { eventTypeOf } from './event.ts';
import { eventDataOf, isFinal } from './event-data.ts';
import { factsOf } from './job-facts.ts';
import { outputOf } from './output-of.ts';
import type { Outcome } from './transition.ts';
import type { Source, WatchRow } from './watch.ts';

/** What is to become of one locked watch. */
export interface Change {
  /** the watch as it stands, locked */
  readonly row: WatchRow;
  /** false when only the job's details are fresher */
  readonly changed: boolean;
  readonly state: State;
  readonly outcome: Outcome;
  readonly source: Source;
  readonly observedAtMs: number;
  readonly job: Job | null;
  readonly jobCreatedAtMs: number;
}

/**
 * Writes changes with their history and events in one statement. A change of state is one history row and, when
 * somebody may wait for it, one event, whose id is the history row's for ever.
 * @param at the database's time
 */
export async function recordChanges(sql: Sql, changes: readonly Change[], at: Date): Promise<void> {
  if (changes.length === 0) return;
  await prepared(sql`
    with change as (
      select * from json_to_recordset(${JSON.stringify(changes.map((change) => toRecord(change, at)))}::text::json) as c (
        job_id text, bucket text, changed boolean, from_state text, to_state text, state text, outcome text,
        source text, observed_at timestamptz, job json, tag text, queue_id text, job_created_at timestamptz,
        output_bucket text, output_key text, last_error text, event_type text, event_data json,
        job_from_watch boolean, input_key text, code text, message text, progress smallint, output_bytes bigint,
        seconds integer, from_code text)
    ), written as (
      update watches w set
        state = c.state,
        outcome = c.outcome,
        observed_at = c.observed_at,
        job = c.job,
        tag = c.tag,
        queue_id = c.queue_id,
        output_bucket = c.output_bucket,
        output_key = c.output_key,
        last_error = c.last_error,
        input_key = c.input_key,
        code = c.code,
        message = c.message,
        progress = c.progress,
        output_bytes = c.output_bytes,
        seconds = c.seconds,
        job_created_at = c.job_created_at,
        misses = case when c.outcome = 'Missing' then w.misses else 0 end,
        -- its outputs were taken to be free: what it writes now may be older than what lies there
        overtaken = w.overtaken or (w.outcome = 'Missing' and c.outcome <> 'Missing' and w.intent_id is not null),
        ended_at = case when c.outcome <> '' then ${at}::timestamptz end,
        counted_rule = case when c.outcome <> '' then w.rule end,
        -- a job that is open again is looked at again, by itself
        apart_at = case when c.outcome = '' and w.outcome <> '' then ${at}::timestamptz else w.apart_at end,
        claim_token = case when c.outcome = '' then w.claim_token end,
        claimed_until = case when c.outcome = '' then w.claimed_until end
      from change c
      where w.job_id = c.job_id
    ), noted as (
      insert into watch_history (job_id, from_state, to_state, at, source, from_code)
      select job_id, from_state, to_state, ${at}, source, from_code
      from change
      where changed
      order by job_id
      returning id, job_id
    )
    insert into events (id, job_id, bucket, type, at, data, job_from_watch)
    select n.job_id || '-' || n.id, n.job_id, c.bucket, c.event_type, ${at}, c.event_data, c.job_from_watch
    from noted n join change c using (job_id)
    where c.event_type is not null
    order by n.id`);
  await coverGroups(sql, changes.flatMap(movedTo));
  await countOutcomes(sql, changes, at);
}

/** Where a change moves a watch that stands with its cohort: CI states another tag, queue or creation than was known. */
function movedTo({ row, outcome, job, jobCreatedAtMs }: Change): NewMember[] {
  if (outcome !== '' || row.outcome !== '' || row.apart_at !== null) return [];
  const { bucket, region } = row;
  const [tag, queue_id] = [job?.Tag || row.tag, job?.QueueId || row.queue_id];
  const moves =
    tag !== row.tag || queue_id !== row.queue_id || jobCreatedAtMs !== row.job_created_at.getTime();
  return moves ? [{ bucket, region, tag, queue_id, delayMs: TICK_MS }] : [];
}

/** The step of its history that a change is. */
export function stepOf({ row, state, outcome }: Change): { From: State | Outcome; To: State | Outcome } {
  return {
    From: row.outcome === 'Missing' ? 'Missing' : row.state,
    To: outcome === 'Missing' ? 'Missing' : state,
  };
}

function toRecord(change: Change, at: Date) {
  const { row, state, outcome, source, changed } = change;
  const job = change.job ?? row.job;
  // Why CI could not do it is what everybody asks first: it stands in lists too.
  const facts = job && factsOf(job);
  const output = job ? outputOf(job) : { bucket: '', key: '' };
  const lastError = outcome === 'Failed' ? cutText(`${job?.Code ?? ''}: ${job?.Message ?? ''}`) : '';
  const after = {
    ...row,
    state,
    outcome,
    job,
    tag: job?.Tag || row.tag,
    queue_id: job?.QueueId || row.queue_id,
    ended_at: outcome === '' ? null : at,
    last_error: lastError,
    code: '',
    message: '',
    ...facts,
    input_key: facts?.input_key ?? row.input_key,
    output_key: output.key,
  };
  const { From, To } = stepOf(change);
  const eventType = changed ? eventTypeOf(From, state, outcome) : undefined;
  return {
    job_id: row.job_id,
    bucket: row.bucket,
    changed,
    from_state: From,
    to_state: To,
    state,
    outcome,
    source,
    observed_at: new Date(change.observedAtMs).toISOString(),
    job,
    tag: after.tag,
    queue_id: after.queue_id,
    output_bucket: output.bucket,
    output_key: output.key,
    last_error: lastError,
    input_key: after.input_key,
    code: after.code,
    message: after.message,
    progress: after.progress,
    output_bytes: after.output_bytes,
    seconds: after.seconds,
    // told by the next one where it stays
    from_code: row.code === after.code ? null : row.code,
    job_created_at: new Date(change.jobCreatedAtMs).toISOString(),
    ...(eventType
      ? { event_type: eventType, event_data: eventDataOf(after), job_from_watch: isFinal(outcome) }
      : {}),
  };
}
