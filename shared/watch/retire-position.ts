import type { Sql } from '../store/store.ts';

/** What came of going through some rows. */
export interface Scanned {
  /** the key of the last of them that is old; null when none is */
  readonly last: readonly string[] | null;
  readonly removed: number;
}

/**
 * Goes on behind the rows that the last run went through, and from the beginning once there are none: rows that are old
 * and have to stay are not gone through by every run. One run at a time; the others leave it alone.
 */
export async function scanOn(
  sql: Sql,
  kind: 'events' | 'versions',
  scan: (after: readonly string[]) => Promise<Scanned>,
): Promise<number> {
  const [position] = await sql<{ after: string[] }[]>`
    select after from retire_positions where kind = ${kind} for update skip locked`;
  if (position === undefined) return 0;
  const behind = await scan(position.after);
  const isAtEnd = behind.last === null && position.after.length > 0;
  const { last, removed } = isAtEnd ? await scan([]) : behind;
  const after = [...(last ?? [])];
  await sql`update retire_positions set after = ${after} where kind = ${kind} and after <> ${after}::text[]`;
  return removed;
}
