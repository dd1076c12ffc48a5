import type { Sql } from '../store/store.ts';

/**
 * Opens watches again that were closed as Missing, since they are submitted or watched once more. Nothing is known of
 * them then, as of new ones: they are read by id at once, and what CI says comes next in their history and their events.
 * An outcome that CI stated stays. Their rows are locked already, in the order of their ids.
 */
export async function reopenMissing(sql: Sql, jobIds: readonly string[]): Promise<void> {
  await sql`
    with missing as (
      -- written so that no index of outcomes is read for it
      select job_id, ended_at, counted_rule from watches
      where job_id = any(${[...jobIds]}) and (outcome = 'Missing') is true
    ), opened as (
      update watches w set
        outcome = '', state = '', tag = '', queue_id = '', ended_at = null, counted_rule = null, hinted_at = null,
        misses = 0, errors = 0, last_error = '', next_check_at = jobwatch_now(), apart_at = jobwatch_now(),
        claim_token = null, claimed_until = null,
        -- its outputs were taken to be free, as for one that comes back by itself
        overtaken = overtaken or intent_id is not null
      from missing
      where w.job_id = missing.job_id
      returning w.job_id, missing.ended_at, missing.counted_rule
    ), taken_back as (
      insert into outcome_changes (quarter, rule, outcome, code, count, latest_at, latest_job_id)
      select date_bin('15 minutes', ended_at, 'epoch'), counted_rule, 'Missing', '', -1, ended_at, job_id
      from opened where counted_rule is not null
    )
    insert into watch_history (job_id, from_state, to_state, at, source)
    select job_id, 'Missing', '', jobwatch_now(), 'submit' from opened order by job_id`;
}
