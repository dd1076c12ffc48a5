import postgres from 'postgres';

export interface Stored {
  readonly stored: number;
  readonly open: number;
  readonly due: number;
}

/** Open watches lie in this many groups. */
const GROUPS = 10;
/** Of a job as Cloud Infinite describes it once it has finished. */
const JOB_CHARACTERS = 600;

/** Fills a migrated database with watches, the open ones scattered among those that have ended. */
export async function storeWatches(url: string, { stored, open, due }: Stored): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  await sql`
    insert into watches (job_id, bucket, region, tag, queue_id, state, outcome, source,
      job_created_at, created_at, ended_at, next_check_at, job)
    select 'j' || md5(n::text), 'media-1250000000', 'ap-guangzhou', 'Animation', 'p' || (open_number % ${GROUPS}),
      case when is_open then 'Running' else 'Success' end, case when is_open then '' else 'Success' end, 'submit',
      at, at, case when not is_open then at + interval '1 minute' end,
      case when is_open and open_number <= ${due} then now() - open_number * interval '1 second'
        else now() + interval '1 day' end,
      json_build_object('JobId', 'j' || md5(n::text), 'Operation', repeat('x', ${JOB_CHARACTERS}))
    from (
      select n, n % (${stored}::int / ${open}::int) = 0 as is_open, n / (${stored}::int / ${open}::int) as open_number,
        now() - n * interval '2 seconds' as at
      from generate_series(1, ${stored}::int) as n
    ) as watch`;
  await sql`vacuum analyze watches`;
  await sql.end();
}
