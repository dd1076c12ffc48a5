import type { Fragment, Sql } from './connection.ts';

/** Texts as a subquery, for `in`: however many there are, they are one parameter. */
export function texts(sql: Sql, values: readonly string[]): Fragment {
  return sql`(select json_array_elements_text(${JSON.stringify(values)}::text::json))`;
}

/** A time in unix milliseconds. */
export function unixMs(sql: Sql, at: Fragment): Fragment {
  return sql`extract(epoch from ${at})::float8 * 1000`;
}

/**
 * The condition that a time lies in the last so many seconds; false for null. One that lies ahead was written before the
 * clock was put back, and does not count.
 */
export function isRecent(sql: Sql, at: Fragment, seconds: number): Fragment {
  return sql`coalesce(${at} between jobwatch_now() - ${seconds} * interval '1 second' and jobwatch_now(), false)`;
}
