import { recordChanges } from '../record-changes.ts';
import type { Sql } from '../store.ts';
import { toWatch, type WatchRow } from '../watch.ts';

/** When one claimed watch is looked at next. */
export interface NextCheck {
  readonly jobId: string;
  readonly delayMs: number;
}

/** Ids that CI itself must have named as unknown, in checks in a row, before a watch is closed as Missing. */
const MISSES_TO_CLOSE = 3;

/**
 * What the token still holds of these open watches. Rows are locked in the order of their ids, as observe does: else
 * the two could wait for each other.
 */
function heldBy(sql: Sql, token: string, next: readonly NextCheck[]) {
  return sql`
    select w.job_id, n."delayMs" as delay_ms
    from watches w
    join json_to_recordset(${JSON.stringify(next)}::text::json) as n ("jobId" text, "delayMs" float8)
      on w.job_id = n."jobId"
    where w.claim_token = ${token} and w.outcome = ''
    order by w.job_id
    for update of w`;
}

/** Sets the next check of what was read, and lets it go. A sweep whose lease was taken over changes nothing. */
export async function schedule(sql: Sql, token: string, next: readonly NextCheck[]): Promise<void> {
  await sql`
    with held as (${heldBy(sql, token, next)})
    update watches w set
      checks = w.checks + 1, misses = 0, errors = 0, last_error = '',
      next_check_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
      claim_token = null, claimed_until = null
    from held
    where w.job_id = held.job_id`;
}

/** Notes what went wrong with these watches and when they are tried again. Returns how many the token still held. */
export async function postpone(
  sql: Sql,
  token: string,
  next: readonly NextCheck[],
  error: string,
): Promise<number> {
  const { count } = await sql`
    with held as (${heldBy(sql, token, next)})
    update watches w set
      checks = w.checks + 1, errors = w.errors + 1, last_error = ${error},
      next_check_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
      claim_token = null, claimed_until = null
    from held
    where w.job_id = held.job_id`;
  return count;
}

/**
 * Counts that CI did not know these jobs, and closes those it has not known three times in a row as Missing, unless
 * they are too young. Returns the ids that were closed.
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
      checks = w.checks + 1, errors = 0, last_error = '',
      misses = w.misses + 1,
      next_check_at = jobwatch_now() + held.delay_ms * interval '1 millisecond',
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
    update watches set stalled_at = jobwatch_now()
    where job_id in (select json_array_elements_text(${JSON.stringify(jobIds)}::text::json))
      and outcome = '' and stalled_at is null
      and job_created_at < jobwatch_now() - ${afterSeconds} * interval '1 second'
    returning *`;
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

/** Closes nothing of the group as Missing for an hour: so many do not vanish at once by themselves. */
export async function holdMissing(
  sql: Sql,
  group: { bucket: string; region: string; tag: string; queue_id: string },
  seconds: number,
): Promise<void> {
  await sql`
    insert into watch_groups as g (bucket, region, tag, queue_id, missing_held_until)
    values (${group.bucket}, ${group.region}, ${group.tag}, ${group.queue_id},
      jobwatch_now() + ${seconds} * interval '1 second')
    on conflict (bucket, region, tag, queue_id) do update set missing_held_until = excluded.missing_held_until`;
}
