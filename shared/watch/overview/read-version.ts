import type { Sql } from '../../store/store.ts';

export interface StoreVersion {
  /** changes whenever a transaction is committed that changed what is shown, and at no other time */
  readonly version: string;
  /** the database's time */
  readonly now: Date;
}

/**
 * How many transactions have been committed that changed what is shown (schema 0009 marks them). A count moves in whatever
 * order they are committed; the highest number of a row would not when the lower one comes last. What is read after it in
 * the same transaction is as new or newer.
 */
export async function readVersion(sql: Sql): Promise<StoreVersion> {
  const [row] = await sql<StoreVersion[]>`
    select (count + (select count(*) from change_marks))::text as version, jobwatch_now() as now from changes_folded`;
  if (row === undefined) throw new Error('expected the row of changes_folded, got none');
  return row;
}
