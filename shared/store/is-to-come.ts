import type { Sql } from './connection.ts';

/** Whether a time lies ahead, by the database's clock. */
export async function isToCome(sql: Sql, at: Date): Promise<boolean> {
  const [judged] = await sql<{ ahead: boolean }[]>`select ${at}::timestamptz > jobwatch_now() as ahead`;
  return judged?.ahead ?? false;
}
