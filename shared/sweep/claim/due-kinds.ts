import { unixMs } from '../../store/sql-values.ts';
import type { Sql } from '../../store/store.ts';
import { isFree } from '../../watch/cohorts/rows.ts';
import type { Kind } from './kind.ts';
import { isUnclaimed } from './lease.ts';

/** A kind of jobs that has work, and since when: unix milliseconds by the database's clock. */
export interface DueKind extends Kind {
  readonly dueMs: number;
}

/** The kinds of jobs of which something was due when the sweep began: one look into an index for each that is stored. */
export async function dueKinds(sql: Sql, startedAt: Date): Promise<DueKind[]> {
  const rows = await sql<{ bucket: string; region: string; tag: string; due_ms: number }[]>`
    with recursive grouped as (
      (select bucket, region, tag from watch_cohorts order by bucket, region, tag limit 1)
      union all
      select n.bucket, n.region, n.tag from grouped g cross join lateral (
        select bucket, region, tag from watch_cohorts c
        where (c.bucket, c.region, c.tag) > (g.bucket, g.region, g.tag)
        order by c.bucket, c.region, c.tag limit 1) as n
    ), lone as (
      (select bucket, region, tag from watches where outcome = '' and apart_at is not null
        order by bucket, region, tag limit 1)
      union all
      select n.bucket, n.region, n.tag from lone l cross join lateral (
        select bucket, region, tag from watches w
        where w.outcome = '' and w.apart_at is not null and (w.bucket, w.region, w.tag) > (l.bucket, l.region, l.tag)
        order by w.bucket, w.region, w.tag limit 1) as n
    ), due as (
      select g.*, (select c.next_check_at from watch_cohorts c
        where (c.bucket, c.region, c.tag) = (g.bucket, g.region, g.tag) and ${isFree(sql)}
        order by c.next_check_at limit 1) as at
      from grouped g
      union all
      select l.*, (select w.apart_at from watches w
        where w.outcome = '' and w.apart_at is not null and w.apart_at > '-infinity'
          and (w.bucket, w.region, w.tag) = (l.bucket, l.region, l.tag)
          and ${isUnclaimed(sql)}
        order by w.apart_at limit 1)
      from lone l
    )
    select bucket, region, tag, ${unixMs(sql, sql`min(at)`)} as due_ms
    from due where at <= ${startedAt}
    group by bucket, region, tag
    order by min(at)`;
  return rows.map(({ due_ms, ...kind }) => ({ ...kind, dueMs: due_ms }));
}
