import type { Sql } from '../store/store.ts';
import { allHold, conditionsOf } from '../watch/lists/conditions.ts';
import type { WatchFilter } from '../watch/lists/watch-filter.ts';

/** Outcomes that may be tried again. */
export const RETRIED_OUTCOMES = ['Failed', 'Cancel', 'Missing'] as const;

/** What is to be submitted once more: the jobs that were named, or those that a filter lets through. */
export type Wanted = { readonly jobIds: readonly string[] } | { readonly filter: WatchFilter };

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
  const isNamed =
    'filter' in wanted
      ? allHold(
          sql,
          conditionsOf(sql, { ...wanted.filter, outcome: wanted.filter.outcome ?? RETRIED_OUTCOMES }).map(
            ({ holds }) => holds,
          ),
        )
      : sql`w.job_id in (select json_array_elements_text(${JSON.stringify(wanted.jobIds)}::text::json))
          and w.outcome = any(${[...RETRIED_OUTCOMES]}) and w.outcome <> ''`;
  return sql`w.retried_as is null and ${isNamed}`;
}
