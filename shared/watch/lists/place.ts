import { type Position, timeOf } from '../../store/cursor.ts';
import type { Fragment, Sql } from '../../store/store.ts';
import type { WatchQuery } from './watch-filter.ts';

/** What left its place so long ago is not looked for any more by a listing that began before. */
const LISTING_SECONDS = 300;
/** No transaction is open for longer: what was committed after a listing began happened at most so long before. */
const COMMIT_SECONDS = 10;

/** One page of a listing. */
export interface PageQuery {
  readonly query: WatchQuery;
  readonly after: Position | undefined;
  readonly most: number;
}

/** Watches of the same time stand by their job; those that came from a submission together, next behind its place. */
export function listIdOf(sql: Sql): Fragment {
  return sql`coalesce(w.list_id, w.job_id)`;
}

/** The condition that a row comes after the page before. The time alone is what an index goes by. */
export function isBehind(
  sql: Sql,
  { query: { order }, after }: Pick<PageQuery, 'query' | 'after'>,
  createdAt: Fragment,
  id: Fragment,
): Fragment {
  if (after === undefined) return sql`true`;
  const at = timeOf(sql, after.createdUs);
  // Where a submission was shown, its jobs, whose places follow on its own, are not shown again.
  return order === 'asc'
    ? sql`${createdAt} >= ${at} and (${createdAt}, ${id}) > (${at}, ${isSubmission(after.id) ? `${after.id}/` : after.id})`
    : sql`${createdAt} <= ${at} and (${createdAt}, ${id}) < (${at}, ${after.id})`;
}

const SUBMISSION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isSubmission(id: string): boolean {
  return SUBMISSION.test(id);
}

export function inOrder(sql: Sql, { order }: WatchQuery, createdAt: Fragment, id: Fragment): Fragment {
  return order === 'asc' ? sql`${createdAt}, ${id}` : sql`${createdAt} desc, ${id} desc`;
}

/** When a listing began. */
export interface ListingStart {
  readonly sinceUs: string;
  readonly sinceXid: string;
}

/** Undefined on its first page, and where the release before began it. */
export function startOf({ after }: PageQuery): ListingStart | undefined {
  if (after?.sinceUs === undefined || after.sinceXid === undefined) return undefined;
  return { sinceUs: after.sinceUs, sinceXid: after.sinceXid };
}

/**
 * The condition that a row of a table was written, at a time that it states, when the listing had begun: its first page
 * may not have seen it. The time finds it by an index, and the transaction decides: who writes states a time first and
 * commits later.
 */
export function isWrittenSince(
  sql: Sql,
  { sinceUs, sinceXid }: ListingStart,
  at: Fragment,
  xmin: Fragment,
): Fragment {
  return sql`${at} > greatest(${timeOf(sql, sinceUs)} - ${COMMIT_SECONDS} * interval '1 second',
      (select jobwatch_now() - ${LISTING_SECONDS} * interval '1 second'))
    and age(${xmin}) <= age(${sinceXid}::text::xid)`;
}

export function microseconds(sql: Sql, at: Fragment): Fragment {
  return sql`(extract(epoch from ${at}) * 1000000)::bigint::text`;
}
