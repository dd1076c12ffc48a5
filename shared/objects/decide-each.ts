import type { Sql, Store } from '../store/store.ts';

/** Ended jobs of a kind that are decided about at a time, in seconds: what submits comes after it. */
const MAX_DECIDED = 500;

/**
 * Decides about ended jobs one by one, each in a transaction of its own: so no transaction holds the versions of two
 * objects, or of one for two rules, which an event may be taking in another order.
 * @param decideOne resolves with whether there was one
 */
export async function decideEach(store: Store, decideOne: (sql: Sql) => Promise<boolean>): Promise<void> {
  for (let decided = 0; decided < MAX_DECIDED; decided += 1) {
    if (!(await store.transaction(decideOne))) return;
  }
}
