import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../shared/store/store.ts';
import { startTestDatabase } from '../worlds/test-database.ts';

/** A database whose wire counts how often the client speaks after the server has: a round trip each. */
async function startCounted() {
  const database = await startTestDatabase();
  onTestFinished(database.close);
  const target = new URL(database.url);
  const [port, host] = [Number(target.port), target.hostname];
  let trips = 0;
  let isServersTurn = true;
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const server = connect(port, host);
    sockets.push(client, server);
    client.on('data', (bytes) => {
      if (isServersTurn) trips += 1;
      isServersTurn = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      isServersTurn = true;
      client.write(bytes);
    });
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('close', () => server.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const address = proxy.address();
  target.hostname = '127.0.0.1';
  target.port = String(typeof address === 'object' ? address?.port : 0);
  const store = openStore(target.href, Date.now);
  onTestFinished(() => store.close());
  await store.transaction((sql) => sql`select 1`);
  return {
    store,
    async tripsOf(work: () => Promise<unknown>) {
      trips = 0;
      isServersTurn = true;
      await work();
      return trips;
    },
  };
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
