import type { Job } from '../ci/job.ts';
import { parseCiTime } from '../ci/time.ts';
import { prepared } from '../store/prepared.ts';
import type { Sql } from '../store/store.ts';
import { TICK_MS } from '../throttle/schedule.ts';
import { coverGroups } from './cohorts/cover-groups.ts';
import { reopenMissing } from './reopen-missing.ts';
import type { Source } from './watch.ts';

export interface NewWatch {
  readonly jobId: string;
  readonly bucket: string;
  readonly region: string;
  readonly source: Source;
  readonly rule?: string;
  readonly intentId?: string;
  /** which operation of its submission the job is, from 0 on */
  readonly operation?: number;
  /** the job as CI described it, if it did: a watch without one is read by id first */
  readonly job?: Job;
}

/**
 * Begins to follow jobs; those that are followed already stay as they are. Only the submission that a job came from is
 * added to it, since discovery may have found the job before its submitter was answered; its bucket is the one that was
 * named last when CI never described it or did not know it there, and one that was closed as Missing is opened again. A
 * watch that comes from a submission is listed in its place.
 */
export async function addWatches(sql: Sql, watches: readonly NewWatch[]): Promise<void> {
  const rows = watches.map(({ job, ...watch }) => ({
    ...watch,
    tag: job?.Tag ?? '',
    queueId: job?.QueueId ?? '',
    createdAtMs: parseCiTime(job?.CreationTime) ?? null,
    inputKey: job?.Input?.Object || null,
    // What CI has just described need not be asked at once.
    delayMs: job ? TICK_MS : 0,
    // Which cohort it lies in follows from all of this: until it is known the watch stands apart.
    apart: !(job?.Tag && job.QueueId && parseCiTime(job.CreationTime) !== undefined),
  }));
  const isLost = sql`(w.outcome = 'Missing' or (w.outcome = '' and (w.job is null or w.misses > 0
    or w.job->'Input'->>'BucketId' = excluded.bucket)))`;
  // In the order of the ids, as observe locks them.
  const added = prepared(sql`
    insert into watches as w (job_id, bucket, region, tag, queue_id, source, rule, intent_id,
      job_created_at, created_at, list_id, next_check_at, apart_at,
      input_key, input_bytes, try, rendition, retry_of, set_id)
    select distinct on (n."jobId")
      n."jobId", n.bucket, n.region, n.tag, n."queueId", n.source, coalesce(n.rule, ''), n."intentId",
      coalesce(to_timestamp(n."createdAtMs" / 1000), now.at), coalesce(i.created_at, now.at), i.id || '.' || n."jobId",
      now.at + n."delayMs" * interval '1 millisecond',
      case when n.apart then now.at + n."delayMs" * interval '1 millisecond' end,
      coalesce(n."inputKey", i.input_key), i.input_bytes, coalesce(i.attempt, 1),
      split_part(coalesce(i.rendition, ''), ',', coalesce(n.operation, 0) + 1), i.retry_of, i.set_id
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as n ("jobId" text collate "C", bucket text,
      region text, tag text, "queueId" text, source text, rule text, "intentId" uuid, "createdAtMs" float8,
      "delayMs" float8, apart boolean, "inputKey" text, operation int)
      left join intents i on i.id = n."intentId"
      cross join (select jobwatch_now() as at) as now
    order by n."jobId"
    on conflict (job_id) do update set
      intent_id = coalesce(w.intent_id, excluded.intent_id),
      rule = case when w.intent_id is null and excluded.intent_id is not null then excluded.rule else w.rule end,
      input_bytes = coalesce(w.input_bytes, excluded.input_bytes),
      try = case when w.intent_id is null then excluded.try else w.try end,
      rendition = case when w.intent_id is null then excluded.rendition else w.rendition end,
      retry_of = coalesce(w.retry_of, excluded.retry_of),
      set_id = coalesce(w.set_id, excluded.set_id),
      -- it was looked for in the wrong place
      bucket = case when ${isLost} then excluded.bucket else w.bucket end,
      region = case when ${isLost} then excluded.region else w.region end,
      apart_at = case when ${isLost} and (w.bucket, w.region) <> (excluded.bucket, excluded.region)
        then excluded.next_check_at else w.apart_at end,
      misses = case when ${isLost} then 0 else w.misses end
      where (w.intent_id is null and excluded.intent_id is not null)
        or (${isLost} and (w.bucket, w.region) <> (excluded.bucket, excluded.region))`).execute();
  // What came with CI's description is opened by what it says.
  const undescribed = watches.filter(({ job }) => job === undefined).map(({ jobId }) => jobId);
  if (undescribed.length > 0) {
    await added;
    await reopenMissing(sql, undescribed);
  }
  const members = rows.filter(({ apart }) => !apart);
  // Travels with them, where nothing stands between.
  const covered = coverGroups(
    sql,
    members.map(({ bucket, region, tag, queueId }) => ({
      bucket,
      region,
      tag,
      queue_id: queueId,
      delayMs: TICK_MS,
    })),
  );
  await Promise.all([added, covered]);
}
