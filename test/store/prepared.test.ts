import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { prepared } from '../../shared/store/prepared.ts';
import { openStore } from '../../shared/store/store.ts';
import { plansOf, startDatabase, storeAt } from '../worlds/kept-plans.ts';

/** As a pooler does: the process that it names is one of its own making. */
async function behindPooler(databaseUrl: string): Promise<string> {
  const target = new URL(databaseUrl);
  const [port, host] = [Number(target.port), target.hostname];
  const proxy = createServer((client) => {
    const server = connect(port, host);
    let isStarting = true;
    client.pipe(server);
    server.on('data', (bytes) => {
      const at = isStarting ? bytes.indexOf(Buffer.from([0x4b, 0, 0, 0, 12])) : -1;
      if (at !== -1) {
        bytes.writeInt32BE(123_456_789, at + 5);
        isStarting = false;
      }
      client.write(bytes);
    });
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('close', () => server.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => void proxy.close());
  const address = proxy.address();
  target.port = String(typeof address === 'object' ? address?.port : 0);
  return target.href;
}

it('a plan is kept where a connection leads to one server process', async () => {
  const { url } = await startDatabase();
  expect(await plansOf(storeAt(url))).toBe(1);
});

it('but not behind a pooler, which gives each transaction another', async () => {
  const { url } = await startDatabase();
  expect(await plansOf(storeAt(await behindPooler(url)))).toBe(0);
});

it('a plan that is kept goes on when a migration adds a column', async () => {
  const { url } = await startDatabase();
  const store = storeAt(url);
  const read = () => store.transaction((sql) => prepared(sql`select number from kept`));
  await store.transaction((sql) => sql`create table kept as select 1 as number`);
  for (let times = 0; times < 7; times += 1) expect(await read()).toEqual([{ number: 1 }]);
  await store.transaction((sql) => sql`alter table kept add column more text`);
  expect(await read()).toEqual([{ number: 1 }]);
});

it('plans are made anew each minute, for tables that have grown since', async () => {
  const { url } = await startDatabase();
  let ageMs = 0;
  const store = openStore(url, Date.now, () => ageMs);
  onTestFinished(() => store.close());
  const processOf = async () => {
    const [row] = await store.transaction((sql) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
    return row?.pid;
  };
  const first = await processOf();
  const pass = async (seconds: number) => {
    ageMs += seconds * 1000;
    return await processOf();
  };
  expect(await pass(29)).toBe(first);
  expect(await pass(29)).toBe(first);
  expect(await pass(29)).not.toBe(first);
});
