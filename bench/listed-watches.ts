import postgres from 'postgres';

/** Watches of a month, and of those a hundredth that are of its first day only, as what was changed since leaves them. */
export async function storeListed(url: string, watches: number): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename = 'watches' and indexname <> 'watches_pkey'`;
  for (const { name } of indexes) await sql`drop index ${sql(name)}`;
  const BATCH = 100_000;
  for (let from = 1; from <= watches; from += BATCH) {
    await sql`
      insert into watches (job_id, bucket, region, tag, queue_id, state, outcome, source, rule, job_created_at,
        created_at, ended_at, next_check_at, apart_at, observed_at, input_key, code, message, progress, input_bytes,
        output_bytes, seconds, output_bucket, output_key, job)
      select 'j' || md5(n::text), case when old then 'old-1250000000' else 'media-1250000000' end, 'ap-guangzhou',
        case when old then 'Snapshot' else 'Animation' end, 'p' || repeat('0', 32), state,
        case when state = 'Running' then '' else state end, 'object',
        case when old then 'old-rule' else 'rule-' || n % 10 end, at, at,
        case when state <> 'Running' then at + (10 + n % 300) * interval '1 second' end, at, null, at,
        case when old and n % 2 = 0 then 'archive/' else 'clips/' end || path || '.mp4',
        case when state <> 'Failed' then 'Success' when n < ${watches}::int / 25 then 'TranscodeFailed' else 'ResourceDownloadFailed' end,
        '', 100, 1000000 + n, 200000 + n, 10 + n % 300, 'media-1250000000',
        case when old and n % 2 = 0 then 'old-gifs/' else 'gifs/' end || path || '.gif',
        json_build_object('JobId', 'j' || md5(n::text), 'State', state, 'Tag', 'Animation', 'Operation', repeat('x', 900))
      from (
        select n, at, n < ${watches}::int / 30 as old, to_char(at at time zone 'UTC', 'YYYY-MM-DD') || '/user-' || n % 50 || '/' || n as path,
          case when n > ${watches}::int - 2000 or n % 1000 = 0 then 'Running'
            when n % 20 = 0 then 'Failed' when n % 997 = 0 then 'Cancel' else 'Success' end as state
        from (
          select n, now() - (${watches}::int - n) * (interval '30 days' / ${watches}::int) as at
          from generate_series(${from}::int, least(${from + BATCH - 1}::int, ${watches}::int)) as n
        ) as numbered
      ) as watch`;
  }
  for (const { definition } of indexes) await sql.unsafe(definition);
  await sql`vacuum analyze`;
  await sql.end();
}
