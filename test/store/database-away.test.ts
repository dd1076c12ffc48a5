import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { holdTable } from '../worlds/hold-table.ts';
import { type Asker, loadFunction } from '../worlds/load-function.ts';
import { startWorld, type World } from '../worlds/submit-world.ts';
import { until } from '../worlds/until.ts';

let world: World;
let id: string;
let lines: Record<string, unknown>[];

beforeEach(async () => {
  world = await startWorld();
  [id = ''] = await world.cloud.jobs('Success');
  lines = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => {
    lines.push(JSON.parse(line));
  });
});
afterEach(() => vi.restoreAllMocks());

/** The job is told, and the log says that it was not noted. */
async function expectTold(describe: Asker): Promise<void> {
  lines.length = 0;
  expect(await describe(`/jobs/${id}`)).toMatchObject({
    status: 200,
    json: { JobsDetail: [{ JobId: id, State: 'Success' }], NonExistJobIds: [] },
  });
  expect(lines).toMatchObject([
    { level: 'warn', code: 'NotNoted', error: { name: 'StoreUnavailable' } },
    { level: 'info', message: 'request', status: 200 },
  ]);
}

/** Of what is no database, and listens on a free port. */
async function urlOf(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `postgres://user:password@127.0.0.1:${Object(address).port}/nothing`;
}

const describeWith = (databaseUrl: string) =>
  loadFunction('describe', { ...world.env, DATABASE_URL: databaseUrl });

it('describe tells a job although the store refuses connections', async () => {
  const closed = createServer();
  const url = await urlOf(closed);
  await new Promise((resolve) => closed.close(resolve));
  const describe = await describeWith(url);
  await expectTold(describe);
  await expectTold(describe);
});

it('describe tells a job although the store takes connections and says nothing, and keeps none of them', async () => {
  const open = new Set<Socket>();
  let taken = 0;
  const silent = createServer((socket) => {
    taken += 1;
    open.add(socket);
    socket.resume();
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
  });
  const url = await urlOf(silent);
  onTestFinished(() => void silent.close());
  const describe = await describeWith(url);
  for (let asked = 0; asked < 3; asked += 1) await expectTold(describe);
  expect(taken).toBe(3);
  await until(() => expect(open.size).toBe(0));
});

it('describe tells a job although the store is slow, and notes it again as soon as the store is not', async () => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ JobIds: [id] });
  await world.submit('/watches', { method: 'POST', headers, body });
  const held = await holdTable(world.sql, 'watches');
  await expectTold(world.describe);
  await expectTold(world.describe);
  await held.release();
  await world.describe(`/jobs/${id}`);
  expect(await world.watches()).toMatchObject([{ JobId: id, Outcome: 'Success' }]);
  // One connection each of submit, recheck and describe: those that were given up are closed.
  await until(async () => {
    const [count] = await world.sql`
        select count(*)::int as open from pg_stat_activity
        where application_name = 'jobwatch' and datname = current_database()`;
    expect(count?.['open']).toBeLessThanOrEqual(3);
  });
});
