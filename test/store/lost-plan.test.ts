import { expect, it } from 'vitest';
import { StoreUnavailable } from '../../shared/store/store-unavailable.ts';
import { kept, plansOf, startDatabase, storeAt } from '../worlds/kept-plans.ts';

it('a plan that is lost all the same is an outage for one transaction, and no plans are kept after it', async () => {
  const { url } = await startDatabase();
  const store = storeAt(url);
  expect(await plansOf(store)).toBe(1);
  await store.transaction((sql) => sql`deallocate all`);
  // What travels behind it fails first, and says another thing.
  const journey = store.transaction((sql) => Promise.all([kept(sql), sql`select ${2}::int as two`]));
  await expect(journey).rejects.toBeInstanceOf(StoreUnavailable);
  expect(await plansOf(store)).toBe(0);
});
