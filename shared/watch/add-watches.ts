import type { Job } from '../ci/job.ts';
import { parseCiTime } from '../ci/time.ts';
import { TICK_MS } from './schedule.ts';
import type { Sql } from './store.ts';
import type { Source } from './watch.ts';

export interface NewWatch {
  readonly jobId: string;
  readonly bucket: string;
  readonly region: string;
  readonly source: Source;
  readonly rule?: string;
  readonly intentId?: string;
  /** the job as CI described it, if it did: a watch without one is read by id first */
  readonly job?: Job;
}

/**
 * Begins to follow jobs; those that are followed already stay as they are. Only the submission that a job came from is
 * added to it, since discovery may have found the job before its submitter was answered; and while CI never described
 * it, its bucket is the one that was named last.
 */
export async function addWatches(sql: Sql, watches: readonly NewWatch[]): Promise<void> {
  const rows = watches.map(({ job, ...watch }) => ({
    ...watch,
    tag: job?.Tag ?? '',
    queueId: job?.QueueId ?? '',
    createdAtMs: parseCiTime(job?.CreationTime) ?? null,
    // What CI has just described need not be asked at once.
    delayMs: job ? TICK_MS : 0,
  }));
  // In the order of the ids, as whoever observes locks them.
  await sql`
    insert into watches as w (job_id, bucket, region, tag, queue_id, source, rule, intent_id,
      job_created_at, created_at, next_check_at)
    select distinct on (n."jobId")
      n."jobId", n.bucket, n.region, n.tag, n."queueId", n.source, coalesce(n.rule, ''), n."intentId",
      coalesce(to_timestamp(n."createdAtMs" / 1000), now.at), now.at,
      now.at + n."delayMs" * interval '1 millisecond'
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as n ("jobId" text collate "C", bucket text,
      region text, tag text, "queueId" text, source text, rule text, "intentId" uuid, "createdAtMs" float8,
      "delayMs" float8),
      (select jobwatch_now() as at) as now
    order by n."jobId"
    on conflict (job_id) do update set
      intent_id = coalesce(w.intent_id, excluded.intent_id),
      rule = case when w.intent_id is null and excluded.intent_id is not null then excluded.rule else w.rule end,
      -- it was looked for in the wrong place
      bucket = case when w.job is null then excluded.bucket else w.bucket end,
      region = case when w.job is null then excluded.region else w.region end,
      misses = case when w.job is null then 0 else w.misses end
      where (w.intent_id is null and excluded.intent_id is not null)
        or (w.job is null and w.outcome = '' and (w.bucket, w.region) <> (excluded.bucket, excluded.region))`;
}
