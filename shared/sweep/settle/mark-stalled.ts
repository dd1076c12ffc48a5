import { texts } from '../../store/sql-values.ts';
import type { Sql } from '../../store/store.ts';
import { eventDataOf } from '../../watch/event-data.ts';
import { type WatchRow, watchColumns } from '../../watch/watch.ts';

/** Writes an event for open jobs that take longer than anybody should wait, one for each ever. Returns their ids. */
export async function markStalled(
  sql: Sql,
  jobIds: readonly string[],
  afterSeconds: number,
): Promise<string[]> {
  const stalled = await sql<WatchRow[]>`
    with stale as (
      select job_id from watches
      where job_id in ${texts(sql, jobIds)}
        and outcome = '' and stalled_at is null
        and job_created_at < jobwatch_now() - ${afterSeconds} * interval '1 second'
      -- as observe locks them
      order by job_id
      for update
    )
    update watches w set stalled_at = jobwatch_now()
    from stale where w.job_id = stale.job_id
    returning ${watchColumns(sql)}`;
  if (stalled.length === 0) return [];
  const events = stalled.map((row) => ({
    job_id: row.job_id,
    bucket: row.bucket,
    data: eventDataOf(row),
  }));
  await sql`
    insert into events (id, job_id, bucket, type, at, data)
    select e.job_id || '-stalled', e.job_id, e.bucket, 'jobwatch.job.stalled', jobwatch_now(), e.data
    from json_to_recordset(${JSON.stringify(events)}::text::json) as e (job_id text, bucket text, data json)
    on conflict (id) do nothing`;
  return stalled.map((row) => row.job_id);
}
