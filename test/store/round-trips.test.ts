import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { countRoundTrips } from '../../bench/count-round-trips.ts';
import { openStore } from '../../shared/store/store.ts';
import { startTestDatabase } from '../worlds/test-database.ts';

async function startCounted() {
  const database = await startTestDatabase();
  onTestFinished(database.close);
  const { url, tripsOf, close } = await countRoundTrips(database.url);
  onTestFinished(close);
  const store = openStore(url, Date.now);
  onTestFinished(() => store.close());
  await store.transaction((sql) => sql`select 1`);
  return { store, tripsOf };
}

it.each([1, 2, 5])(
  'a transaction of %i statements takes so many round trips, and one',
  async (statements) => {
    const { store, tripsOf } = await startCounted();
    const trips = await tripsOf(() =>
      store.transaction(async (sql) => {
        for (let number = 0; number < statements; number += 1) {
          const [row] =
            await sql`select ${number}::int as number, ${'text'}::text as text, ${null}::text as nothing`;
          expect(row).toEqual({ number, text: 'text', nothing: null });
        }
      }),
    );
    expect(trips).toBeLessThanOrEqual(statements + 1);
  },
);

it('statements that do not wait for each other travel together', async () => {
  const { store, tripsOf } = await startCounted();
  const trips = await tripsOf(() =>
    store.transaction((sql) =>
      Promise.all([1, 2, 3, 4, 5].map((number) => sql`select ${number}::int as number`)),
    ),
  );
  expect(trips).toBeLessThanOrEqual(2);
});

it('a transaction of which a statement failed is not told to be committed, though its work goes on', async () => {
  const { store } = await startCounted();
  const swallowed = store.transaction(async (sql) => {
    await sql`select 1 / 0`.catch(() => undefined);
    return 'done';
  });
  await expect(swallowed).rejects.toThrow('expected the transaction to be committed, got ROLLBACK');
  // The connection is of use all the same.
  expect(await store.transaction((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
});

it('what goes on after its transaction has failed does nothing by itself', async () => {
  const { store } = await startCounted();
  await store.transaction((sql) => sql`create table left_over (number int)`);
  let goesOn: Promise<unknown> | undefined;
  const failed: Promise<void> = store.transaction(async (sql) => {
    const slow = async () => {
      await sql`select 1`;
      await failed.catch(() => undefined);
      await sql`insert into left_over values (1)`;
    };
    goesOn = slow().catch((error: unknown) => error);
    await Promise.all([goesOn, sql`select 1 / 0`]);
  });
  await expect(failed).rejects.toThrow('division by zero');
  expect(await goesOn).toMatchObject({ message: expect.stringContaining('the transaction is over') });
  expect(await store.transaction((sql) => sql`select * from left_over`)).toEqual([]);
});

it.each([0, 1, 2, 3, 4, 5, 6])(
  'nor what is asked %i turns after its own answer, when both answers came at once',
  async (turns) => {
    const { store } = await startCounted();
    await store.transaction((sql) => sql`create table left_over (number int)`);
    const failed = store.transaction((sql) => {
      const first = sql`select 1`.execute();
      const goesOn = async () => {
        await first;
        for (let turn = 0; turn < turns; turn += 1) await null;
        await sql`insert into left_over values (1)`;
      };
      // Nobody reads until both answers are there.
      const busy = nextTurn().then(() => {
        for (const sinceMs = Date.now(); Date.now() - sinceMs < 30; );
      });
      return Promise.all([goesOn(), sql`select 1 / 0`, busy]);
    });
    await expect(failed).rejects.toThrow('division by zero');
    await nextTurn();
    expect(await store.transaction((sql) => sql`select * from left_over`)).toEqual([]);
  },
);

it('values arrive as they were: texts, numbers, truths, times, bytes, nothing, lists', async () => {
  const { store } = await startCounted();
  const at = new Date('2026-11-26T12:34:56.789Z');
  const bytes = Buffer.from([0, 1, 255]);
  const text = 'a\'b\\c\n"{片}" $1 ${x}';
  const [row] = await store.transaction(
    (sql) => sql`
      select ${text}::text as text, ${1.5}::float8 as number, ${true}::boolean as truth,
        ${at}::timestamptz as at, ${bytes}::bytea as bytes, ${null}::int as nothing, ${['a', 'b,"c']}::text[] as list,
        ${JSON.stringify({ text })}::text::json as json`,
  );
  expect(row).toEqual({
    text,
    number: 1.5,
    truth: true,
    at,
    bytes,
    nothing: null,
    list: ['a', 'b,"c'],
    json: { text },
  });
});

it('a time that is none fails its own transaction, and no other', async () => {
  const { store } = await startCounted();
  const none = store.transaction((sql) => sql`select ${new Date(Number.NaN)}::timestamptz as at`);
  await expect(none).rejects.toThrow('Invalid time value');
  expect(await store.transaction((sql) => sql`select ${1}::int as one`)).toEqual([{ one: 1 }]);
});
