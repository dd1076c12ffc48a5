import { InvalidField, show } from '../ci/invalid-field.ts';
import type { Sql } from './store.ts';

/** The last row of a page: what comes after it is older, or as old with a smaller id. */
export interface Position {
  /** unix microseconds, as text */
  readonly createdUs: string;
  readonly id: string;
  /** when the first page was asked for, in unix microseconds, where that matters */
  readonly sinceUs?: string | undefined;
}

/** `sinceUs` stands where the release before takes it for a part of the id. */
export function encodeCursor({ createdUs, id, sinceUs }: Position): string {
  const since = sinceUs === undefined ? '' : `.-${sinceUs}`;
  return Buffer.from(`${createdUs}.${id}${since}`).toString('base64url');
}

/** @throws InvalidField for what is no cursor of ours */
export function decodeCursor(cursor: string): Position {
  const [, createdUs, id, sinceUs] =
    /^(\d{1,18})\.([\w.-]{1,200}?)(?:\.-(\d{1,18}))?$/.exec(Buffer.from(cursor, 'base64url').toString()) ??
    [];
  // Buffer passes over what is not base64url: only what we would write ourselves is ours.
  if (createdUs === undefined || id === undefined || encodeCursor({ createdUs, id, sinceUs }) !== cursor) {
    throw new InvalidField('cursor', 'the NextCursor of an earlier answer', show(cursor));
  }
  return { createdUs, id, sinceUs };
}

/** Where a row of a list stands, as SQL tells it. */
export interface Placed {
  /** created_at in microseconds: a Date would lose the last three digits, and with them rows at a page's end */
  created_us: string;
  id: string;
}

/** Where the next page goes on; '' when `rows`, one more of which was asked for than a page has, are the last. */
export function nextCursor(rows: readonly Placed[], pageSize: number, sinceUs?: string): string {
  const last = rows[pageSize - 1];
  return rows.length > pageSize && last
    ? encodeCursor({ createdUs: last.created_us, id: last.id, sinceUs })
    : '';
}

/** A position's time in SQL. */
export function timeOf(sql: Sql, us: string) {
  return sql`timestamptz 'epoch' + ${us}::bigint * interval '1 microsecond'`;
}
