import type { Sql } from '../../store/store.ts';

/** How many intents of an order wait to be posted. */
export async function countUnposted(sql: Sql, orderId: string): Promise<number> {
  const [row] = await sql<{ unposted: number }[]>`
    select count(*)::int as unposted from intents
    where behind_of = ${orderId} and settled_at is null and state = 'pending'`;
  return row?.unposted ?? 0;
}
