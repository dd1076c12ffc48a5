import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBatchSize, inBatches, inHalves } from '../../shared/store/in-batches.ts';
import { openStore, type Store } from '../../shared/store/store.ts';
import { StoreUnavailable } from '../../shared/store/store-unavailable.ts';
import { startTestDatabase, type TestDatabase } from '../worlds/test-database.ts';

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await startTestDatabase();
  store = openStore(database.url, Date.now);
});
afterAll(async () => {
  await store.close();
  await database.close();
});

/** A statement that takes no longer than it may for so many rows, and never ends in time for more. */
function atMost(bearable: number, rows: number): Promise<number> {
  return store.transaction(async (sql) => {
    await sql`set local statement_timeout = ${sql.unsafe(rows > bearable ? '1' : '0')}`;
    await sql`select pg_sleep(${rows > bearable ? 60 : 0})`;
    return rows;
  });
}

describe('a batch that meets the statement limit', () => {
  it.each([
    [500, 500, [500]],
    [500, 100, [500, 250, 125, 63]],
    [7, 1, [7, 4, 2, 1]],
    [1, 1, [1]],
  ])('of %i, of which %i can be borne, is halved until it does not', async (most, bearable, expected) => {
    const tried: number[] = [];
    const size = createBatchSize(most);
    const done = await inHalves(size, (rows) => {
      tried.push(rows);
      return atMost(bearable, rows);
    });
    expect(tried).toEqual(expected);
    expect(done).toBe(expected.at(-1));
    // What was found stays for the batches that follow.
    expect(size.rows).toBe(done);
  });

  it('of fewer items than it might have is halved from their own number', async () => {
    const tried: number[] = [];
    const done = await inBatches([1, 2, 3, 4], 500, (batch) => {
      tried.push(batch.length);
      return atMost(2, batch.length);
    });
    expect(tried).toEqual([4, 2, 2]);
    expect(done).toEqual([2, 2]);
  });

  it('of one row is told as it is', async () => {
    const tried: number[] = [];
    const failing = inHalves(createBatchSize(4), (rows) => {
      tried.push(rows);
      return atMost(0, rows);
    });
    await expect(failing).rejects.toMatchObject({ isStatementTimeout: true });
    expect(tried).toEqual([4, 2, 1]);
  });

  it('is not tried again once the time is up', async () => {
    const tried: number[] = [];
    const hasTime = () => tried.length < 2;
    const failing = inHalves(
      createBatchSize(64),
      (rows) => {
        tried.push(rows);
        return atMost(1, rows);
      },
      hasTime,
    );
    await expect(failing).rejects.toBeInstanceOf(StoreUnavailable);
    expect(tried).toEqual([64, 32]);
  });
});

it.each([new Error('a fault'), new StoreUnavailable('the connection was closed')])(
  'any other failure is told at once: %s',
  async (error) => {
    const tried: number[] = [];
    const failing = inHalves(createBatchSize(4), (rows) => {
      tried.push(rows);
      return Promise.reject(error);
    });
    await expect(failing).rejects.toBe(error);
    expect(tried).toEqual([4]);
  },
);

it('of many items each is dealt with once, in order, however small the batches have to be', async () => {
  const items = Array.from({ length: 105 }, (_, index) => index);
  const sizes = await inBatches(items, 40, async (batch) => {
    await atMost(12, batch.length);
    return batch;
  });
  expect(sizes.flat()).toEqual(items);
  expect(Math.max(...sizes.map((batch) => batch.length))).toBe(10);
  expect(await inBatches([], 40, () => Promise.reject(new Error('there is nothing to do')))).toEqual([]);
});
