import type { Sql } from '../../store/store.ts';
import { nextCheckAt } from '../../watch/next-check-at.ts';
import { recordChanges } from '../../watch/record-changes.ts';
import { toWatch, type WatchRow } from '../../watch/watch.ts';
import { heldBy, type NextCheck } from '../apart.ts';

/** Ids that CI itself must have named as unknown, in checks in a row, before a watch is closed as Missing. */
const MISSES_TO_CLOSE = 3;

/**
 * Counts that CI did not know these jobs, and closes those it has not known three times in a row as Missing, unless
 * they are too young. The others stand apart until their next check. Returns the ids that were closed.
 */
export async function countMisses(
  sql: Sql,
  token: string,
  next: readonly NextCheck[],
  graceSeconds: number,
): Promise<string[]> {
  const missed = await sql<(WatchRow & { closes: boolean; now: Date })[]>`
    with held as (${heldBy(sql, token, next)})
    update watches w set
      errors = 0, last_error = '',
      misses = w.misses + 1,
      apart_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
      claim_token = null, claimed_until = null
    from held
    where w.job_id = held.job_id
    returning w.*, w.misses >= ${MISSES_TO_CLOSE}
      -- a watch has the created_at of its submission, which may have waited for long
      and greatest(w.created_at, w.job_created_at) < jobwatch_now() - ${graceSeconds} * interval '1 second' as closes, jobwatch_now() as now`;
  const closing = missed.filter((row) => row.closes).sort((a, b) => (a.job_id < b.job_id ? -1 : 1));
  const [first] = closing;
  if (first === undefined) return [];
  await recordChanges(
    sql,
    closing.map((row) => ({
      row,
      changed: true,
      state: row.state,
      outcome: 'Missing' as const,
      source: 'recheck' as const,
      // What was asked before is overtaken.
      observedAtMs: first.now.getTime(),
      job: row.job,
      jobCreatedAtMs: row.job_created_at.getTime(),
    })),
    first.now,
  );
  return closing.map((row) => row.job_id);
}

/** Tells of open jobs that take longer than anybody should wait, each once. Returns their ids. */
export async function markStalled(
  sql: Sql,
  jobIds: readonly string[],
  afterSeconds: number,
): Promise<string[]> {
  const stalled = await sql<WatchRow[]>`
    with stale as (
      select job_id from watches
      where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json))
        and outcome = '' and stalled_at is null
        and job_created_at < jobwatch_now() - ${afterSeconds} * interval '1 second'
      -- as observe locks them
      order by job_id
      for update
    )
    update watches w set stalled_at = jobwatch_now()
    from stale where w.job_id = stale.job_id
    returning w.*, ${nextCheckAt(sql)} as next_check_at`;
  if (stalled.length === 0) return [];
  const events = stalled.map((row) => ({
    job_id: row.job_id,
    bucket: row.bucket,
    data: { Watch: toWatch(row), Job: row.job },
  }));
  await sql`
    insert into events (id, job_id, bucket, type, at, data)
    select e.job_id || '-stalled', e.job_id, e.bucket, 'jobwatch.job.stalled', jobwatch_now(), e.data
    from json_to_recordset(${JSON.stringify(events)}::text::json) as e (job_id text, bucket text, data json)
    on conflict (id) do nothing`;
  return stalled.map((row) => row.job_id);
}
