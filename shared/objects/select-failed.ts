import type { Sql } from '../store/store.ts';
import type { WatchFilter } from '../watch/watch-filter.ts';

/** Outcomes that may be tried again. */
export const RETRIED_OUTCOMES = ['Failed', 'Cancel', 'Missing'] as const;

/** What is to be submitted once more: the jobs that were named, or those that a filter lets through. */
export type Wanted =
  | { readonly jobIds: readonly string[] }
  | { readonly filter: Pick<WatchFilter, 'outcome' | 'rule' | 'intent'> };

/** The ids of what ended badly and was not retried yet, the oldest first, and at most so many. */
export async function selectFailed(sql: Sql, wanted: Wanted, most: number): Promise<string[]> {
  const rows = await sql<{ job_id: string }[]>`
    select job_id from watches w where ${isWanted(sql, wanted)} order by created_at, job_id limit ${most}`;
  return rows.map(({ job_id }) => job_id);
}

/** How many there are, counted up to `most`. */
export async function countFailed(sql: Sql, wanted: Wanted, most: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from (select 1 from watches w where ${isWanted(sql, wanted)} limit ${most}) as wanted`;
  return row?.count ?? 0;
}

function isWanted(sql: Sql, wanted: Wanted) {
  const outcomes = 'filter' in wanted && wanted.filter.outcome ? wanted.filter.outcome : RETRIED_OUTCOMES;
  return sql`w.outcome <> '' and w.outcome = any(${[outcomes].flat()}) and w.retried_as is null and ${
    'filter' in wanted
      ? letsThrough(sql, wanted.filter)
      : sql`w.job_id in (select json_array_elements_text(${JSON.stringify(wanted.jobIds)}::text::json))`
  }`;
}

function letsThrough(sql: Sql, { rule, intent }: Pick<WatchFilter, 'rule' | 'intent'>) {
  return sql`true
    ${rule === undefined ? sql`` : sql`and w.rule = ${rule} and w.rule <> ''`}
    ${intent === undefined ? sql`` : sql`and w.intent_id = ${intent}`}`;
}
