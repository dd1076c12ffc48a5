import type { Sql } from '../../store/store.ts';
import { beginningOf, type Period } from './period.ts';
import type { Total, UnfoldedChange } from './total.ts';

/** Of each period that the changes lie in, the Codes that are counted by themselves. */
export async function knownCodes(
  sql: Sql,
  period: Period,
  changes: readonly UnfoldedChange[],
): Promise<(atMs: number) => Set<string>> {
  const withCode = changes.filter(({ code }) => code !== '');
  const periods = [...new Set(withCode.map(({ quarter }) => beginningOf(period, quarter.getTime())))];
  const codes = new Map(periods.map((atMs) => [atMs, new Set<string>()]));
  const times = periods.map((atMs) => new Date(atMs).toISOString());
  const rows = await sql<{ at: Date; code: string }[]>`
    select distinct at, code from ${sql(period.table)}
    where at = any(${times}::timestamptz[]) and outcome = 'Failed' and code not in ('', 'Other')`;
  for (const { at, code } of rows) codes.get(at.getTime())?.add(code);
  return (atMs) => codes.get(atMs) ?? new Set();
}

export async function addTotals(sql: Sql, { table }: Period, totals: readonly Total[]): Promise<void> {
  await sql`
    insert into ${sql(table)} as t
    select * from json_populate_recordset(null::${sql(table)}, ${JSON.stringify(totals.map(toRow))}::text::json)
    order by at, outcome, rule, code
    on conflict (at, outcome, rule, code) do update set
      count = t.count + excluded.count,
      latest_at = greatest(t.latest_at, excluded.latest_at),
      latest_job_id = case when (excluded.latest_at, excluded.latest_job_id) > (t.latest_at, t.latest_job_id)
        then excluded.latest_job_id else t.latest_job_id end,
      b0 = t.b0 + excluded.b0, b1 = t.b1 + excluded.b1, b2 = t.b2 + excluded.b2, b3 = t.b3 + excluded.b3,
      b4 = t.b4 + excluded.b4, b5 = t.b5 + excluded.b5, b6 = t.b6 + excluded.b6, b7 = t.b7 + excluded.b7,
      b8 = t.b8 + excluded.b8, b9 = t.b9 + excluded.b9, b10 = t.b10 + excluded.b10, b11 = t.b11 + excluded.b11,
      b12 = t.b12 + excluded.b12, b13 = t.b13 + excluded.b13, b14 = t.b14 + excluded.b14, b15 = t.b15 + excluded.b15,
      b16 = t.b16 + excluded.b16, b17 = t.b17 + excluded.b17, b18 = t.b18 + excluded.b18, b19 = t.b19 + excluded.b19,
      b20 = t.b20 + excluded.b20, b21 = t.b21 + excluded.b21, b22 = t.b22 + excluded.b22, b23 = t.b23 + excluded.b23`;
}

function toRow({ atMs, rule, outcome, code, count, latestAt, latestJobId, durations }: Total) {
  return {
    at: new Date(atMs).toISOString(),
    rule,
    outcome,
    code,
    count,
    latest_at: latestAt.toISOString(),
    latest_job_id: latestJobId,
    ...Object.fromEntries(durations.map((jobs, bucket) => [`b${bucket}`, jobs])),
  };
}
