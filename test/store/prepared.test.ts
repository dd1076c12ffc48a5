import { expect, it, onTestFinished } from 'vitest';
import { openWire } from '../../bench/open-wire.ts';
import { prepared } from '../../shared/store/prepared.ts';
import { openStore } from '../../shared/store/store.ts';
import { plansOf, startDatabase, storeAt } from '../worlds/kept-plans.ts';

/** As a pooler does: the process that it names is one of its own making. */
async function behindPooler(databaseUrl: string): Promise<string> {
  let isStarting = true;
  const wire = await openWire(databaseUrl, {
    fromServer(bytes) {
      const at = isStarting ? bytes.indexOf(Buffer.from([0x4b, 0, 0, 0, 12])) : -1;
      if (at === -1) return;
      bytes.writeInt32BE(123_456_789, at + 5);
      isStarting = false;
    },
  });
  onTestFinished(wire.close);
  return wire.url;
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
