import { InvalidField, show } from '../ci/invalid-field.ts';

/** The last row of a page: what comes after it is older, or as old with a smaller id. */
export interface Position {
  /** unix microseconds, as text */
  readonly createdUs: string;
  readonly id: string;
}

export function encodeCursor({ createdUs, id }: Position): string {
  return Buffer.from(`${createdUs}.${id}`).toString('base64url');
}

/** Throws InvalidField for what is no cursor of ours. */
export function decodeCursor(cursor: string): Position {
  const [, createdUs, id] =
    /^(\d{1,18})\.([\w.-]{1,200})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  // Buffer passes over what is not base64url: only what we would write ourselves is ours.
  if (createdUs === undefined || id === undefined || encodeCursor({ createdUs, id }) !== cursor) {
    throw new InvalidField('cursor', 'the NextCursor of an earlier answer', show(cursor));
  }
  return { createdUs, id };
}
