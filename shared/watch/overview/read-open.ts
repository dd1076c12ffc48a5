import type { Sql } from '../../store/store.ts';

/** How things stand now. */
export interface OpenWork {
  Open: {
    /** submissions whose job is not known yet */
    Pending: number;
    /** what CI has not described yet included */
    Submitted: number;
    /** states that we do not know included */
    Running: number;
    Pause: number;
  };
  OldestOpen: { JobId: string; AgeSeconds: number } | null;
  Sweep: { At: string } | null;
}

interface OpenRow {
  readonly pending: number;
  readonly states: Readonly<Record<string, number>> | null;
  readonly oldest: { JobId: string; AgeSeconds: number } | null;
  readonly swept_at: Date | null;
}

export async function readOpen(sql: Sql): Promise<OpenWork> {
  const [row] = await sql<OpenRow[]>`
    select
      (select count(*)::int from intents where settled_at is null) as pending,
      (select json_object_agg(state, jobs) from (
        select state, count(*) as jobs from watches where outcome = '' group by state) as each) as states,
      (select json_build_object('JobId', job_id,
          'AgeSeconds', extract(epoch from jobwatch_now() - job_created_at)::float8)
        from watches where outcome = '' order by job_created_at limit 1) as oldest,
      (select started_at from last_sweep) as swept_at`;
  const { '': unread = 0, Submitted = 0, Pause = 0, ...others } = row?.states ?? {};
  return {
    Open: {
      Pending: row?.pending ?? 0,
      Submitted: unread + Submitted,
      Running: Object.values(others).reduce((sum, jobs) => sum + jobs, 0),
      Pause,
    },
    OldestOpen: row?.oldest ?? null,
    Sweep: row?.swept_at ? { At: row.swept_at.toISOString() } : null,
  };
}
