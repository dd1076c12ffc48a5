import { randomUUID } from 'node:crypto';
import { InvalidField } from '../ci/invalid-field.ts';
import type { Sql } from '../store/store.ts';
import { countFailed, selectFailed, type Wanted } from './select-failed.ts';

/** Jobs that one order submits again: each is paid for. */
export const MAX_RETRIED = 10_000;
/** What a filter lets through is counted so far, to be told. */
const COUNTED_RETRIES = 1_000_000;
/** Rows that one statement writes. */
const ORDER_BATCH = 500;

export type Ordered =
  | { readonly outcome: 'ordered'; readonly id: string; readonly count: number }
  | { readonly outcome: 'counted'; readonly count: number }
  /** one order of a filter at a time */
  | { readonly outcome: 'under-way'; readonly id: string };

interface RetryOrder {
  readonly wanted: Wanted;
  /** whoever orders it */
  readonly by: string;
  /** only counts */
  readonly dryRun: boolean;
}

/**
 * Orders that what ended badly is submitted once more. Which jobs those are is settled here; recheck does it.
 *
 * @throws InvalidField when there are too many
 */
export async function orderRetries(sql: Sql, { wanted, by, dryRun }: RetryOrder): Promise<Ordered> {
  const ids = await selectFailed(sql, wanted, MAX_RETRIED + 1);
  if (ids.length > MAX_RETRIED) {
    const count = await countFailed(sql, wanted, COUNTED_RETRIES);
    throw new InvalidField('Filter', `one that lets at most ${MAX_RETRIED} jobs through`, `${count}`);
  }
  if (dryRun) return { outcome: 'counted', count: ids.length };
  const id = randomUUID();
  const filter = 'filter' in wanted ? JSON.stringify(wanted.filter) : null;
  const begun = await sql`
    insert into retries (id, by, filter, count, created_at, ended_at)
    select ${id}, ${by}, ${filter}::text::json, ${ids.length}, now.at, case when ${ids.length === 0} then now.at end
    from (select jobwatch_now() as at) as now
    on conflict do nothing
    returning 1`;
  if (begun.length === 0) return { outcome: 'under-way', id: await runningOrder(sql) };
  for (let from = 0; from < ids.length; from += ORDER_BATCH) {
    const rows = ids.slice(from, from + ORDER_BATCH).map((job, index) => ({ job, number: from + index }));
    await sql`
      insert into retry_jobs (retry_id, number, job_id)
      select ${id}, r.number, r.job
      from json_to_recordset(${JSON.stringify(rows)}::text::json) as r (job text, number integer)`;
  }
  return { outcome: 'ordered', id, count: ids.length };
}

async function runningOrder(sql: Sql): Promise<string> {
  const [running] = await sql<{ id: string }[]>`
    select id from retries where ended_at is null and filter is not null`;
  return running?.id ?? '';
}

/** How far an order has come. */
export interface RetryProgress {
  readonly Id: string;
  readonly State: 'Running' | 'Ended';
  readonly Count: number;
  /** submitted once more: in line, or posted */
  readonly Done: number;
  /** could not be, or need not be any more */
  readonly Failed: number;
  readonly CreatedAt: string;
  readonly EndedAt: string | null;
  readonly By: string;
}

export async function getRetries(sql: Sql, id: string): Promise<RetryProgress | undefined> {
  const [row] = await sql<
    { count: number; done: number; failed: number; created_at: Date; ended_at: Date | null; by: string }[]
  >`select count, done, failed, created_at, ended_at, by from retries where id = ${id}`;
  return (
    row && {
      Id: id,
      State: row.ended_at === null ? 'Running' : 'Ended',
      Count: row.count,
      Done: row.done,
      Failed: row.failed,
      CreatedAt: row.created_at.toISOString(),
      EndedAt: row.ended_at?.toISOString() ?? null,
      By: row.by,
    }
  );
}
