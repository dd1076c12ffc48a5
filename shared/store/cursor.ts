import { InvalidField, show } from '../ci/invalid-field.ts';
import type { Sql } from './store.ts';

/** The last row of a page: what comes after it is older, or as old with a smaller id. */
export interface Position {
  /** unix microseconds, as text */
  readonly createdUs: string;
  readonly id: string;
  /** when the first page was asked for, in unix microseconds, where that matters */
  readonly sinceUs?: string | undefined;
  /** the oldest transaction that was under way then: what it and later ones wrote the first page did not see */
  readonly sinceXid?: string | undefined;
  /** of which list it is, where there are several: eight hex digits */
  readonly list?: string | undefined;
}

/** What stands behind the id the release before takes for a part of it. */
export function encodeCursor({ createdUs, id, sinceUs, sinceXid, list }: Position): string {
  const more = [sinceUs, sinceXid && `x${sinceXid}`, list && `l${list}`]
    .filter((part) => part !== undefined)
    .map((part) => `.-${part}`);
  return Buffer.from(`${createdUs}.${id}${more.join('')}`).toString('base64url');
}

const FORM = /^(\d{1,18})\.([\w.-]{1,200}?)(?:\.-(\d{1,18}))?(?:\.-x(\d{1,10}))?(?:\.-l([0-9a-f]{8}))?$/;

/** @throws InvalidField for what is no cursor of ours */
export function decodeCursor(cursor: string): Position {
  const [, createdUs, id, sinceUs, sinceXid, list] =
    FORM.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  // Buffer passes over what is not base64url: only what we would write ourselves is ours.
  const position =
    createdUs === undefined || id === undefined ? undefined : { createdUs, id, sinceUs, sinceXid, list };
  if (position === undefined || encodeCursor(position) !== cursor) {
    throw new InvalidField('cursor', 'the NextCursor of an earlier answer', show(cursor));
  }
  return position;
}

/** Where a row of a list stands, as SQL tells it. */
export interface Placed {
  /** created_at in microseconds: a Date would lose the last three digits, and with them rows at a page's end */
  created_us: string;
  id: string;
}

/** Where the next page goes on; '' when `rows`, one more of which was asked for than a page has, are the last. */
export function nextCursor(
  rows: readonly Placed[],
  pageSize: number,
  listing: Omit<Position, 'createdUs' | 'id'> = {},
): string {
  const last = rows[pageSize - 1];
  return rows.length > pageSize && last
    ? encodeCursor({ createdUs: last.created_us, id: last.id, ...listing })
    : '';
}

/** A position's time in SQL. */
export function timeOf(sql: Sql, us: string) {
  return sql`timestamptz 'epoch' + ${us}::bigint * interval '1 microsecond'`;
}
