import { onTestFinished } from 'vitest';
import { prepared } from '../../shared/store/prepared.ts';
import { openStore, type Sql, type Store } from '../../shared/store/store.ts';
import { startTestDatabase } from './test-database.ts';

/** A database until the test ends. */
export async function startDatabase() {
  const database = await startTestDatabase();
  onTestFinished(database.close);
  return database;
}

export function storeAt(url: string): Store {
  const store = openStore(url, Date.now);
  onTestFinished(() => store.close());
  return store;
}

/** A statement whose plan is kept, where plans are. */
export const kept = (sql: Sql) => prepared(sql<{ number: number }[]>`select ${1}::int as number`);

/** How many plans the store's connection keeps. */
export async function plansOf(store: Store): Promise<number> {
  await store.transaction(kept);
  return await store.transaction(async (sql) => {
    await kept(sql);
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from pg_prepared_statements`;
    return row?.count ?? 0;
  });
}
