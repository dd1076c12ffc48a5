import type { Sql } from '../store/store.ts';

/** What came of looking at some rows. */
export interface Looked {
  /** the key of the last of them that is old; null when none is */
  readonly last: readonly string[] | null;
  readonly removed: number;
}

/**
 * Looks at the rows behind those that the last run looked at, and from the beginning once there are none: rows that are
 * old and have to stay are not gone through by every run. One run at a time; the others leave it alone.
 */
export async function lookOn(
  sql: Sql,
  kind: 'events' | 'versions',
  look: (after: readonly string[]) => Promise<Looked>,
): Promise<number> {
  const [position] = await sql<{ after: string[] }[]>`
    select after from retire_positions where kind = ${kind} for update skip locked`;
  if (position === undefined) return 0;
  const behind = await look(position.after);
  const isAtEnd = behind.last === null && position.after.length > 0;
  const { last, removed } = isAtEnd ? await look([]) : behind;
  const after = [...(last ?? [])];
  await sql`update retire_positions set after = ${after} where kind = ${kind} and after <> ${after}::text[]`;
  return removed;
}
