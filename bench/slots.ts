/**
 * What a slot costs: round trips and write-ahead log for each request, of a page of ten requests at a time and of one
 * request of an instance of its own, and how many a second the database hands out to eight instances.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { systemClock } from '../shared/clock.ts';
import { openStore, type Store } from '../shared/store/store.ts';
import { slotsByAccount } from '../shared/throttle/rate.ts';

const BUCKET = { name: 'media-1250000000', region: 'ap-guangzhou' };
/** So many that nobody waits for the rate. */
const MAX_RPS = 100_000;
const REQUESTS = 2000;
const INSTANCES = 8;
const MAX_WAL_BYTES = 600;

const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const server = await startPostgres({ dataDir });
try {
  const sql = postgres(server.url, { max: 1 });
  const stores = Array.from({ length: INSTANCES }, () => openStore(server.url, Date.now));
  const [first] = stores as [Store];
  await first.transaction((tx) => tx`select 1`);
  const alone = await measure(sql, first, 1);
  const together = await measure(sql, first, 10);
  const startedMs = performance.now();
  await Promise.all(stores.map((store) => admit(store, REQUESTS / INSTANCES, 1)));
  const perSecond = (REQUESTS / (performance.now() - startedMs)) * 1000;
  console.log(`${INSTANCES} instances, each request alone: ${perSecond.toFixed(0)} slots a second`);
  const kept = alone.walBytes <= MAX_WAL_BYTES && alone.trips <= 1 && together.trips <= 0.1;
  console.log(
    `a round trip for each request alone, a tenth for ten together, at most ${MAX_WAL_BYTES} bytes: ${kept ? 'kept' : 'NOT KEPT'}`,
  );
  process.exitCode = kept ? 0 : 1;
  await Promise.all(stores.map((store) => store.close()));
  await sql.end();
} finally {
  await server.close();
  await rm(dataDir, { recursive: true });
}

/** Lets requests out, so many at a time, and says how many transactions that took. */
async function admit(store: Store, requests: number, atATime: number): Promise<number> {
  let transactions = 0;
  const counting: Store = {
    transaction(work, limitMs) {
      transactions += 1;
      return store.transaction(work, limitMs);
    },
    close: () => store.close(),
  };
  const slots = slotsByAccount(counting, MAX_RPS, systemClock)(BUCKET);
  for (let sent = 0; sent < requests; sent += atATime) {
    await Promise.all(Array.from({ length: atATime }, () => slots.admit(Date.now() + 60_000)));
  }
  return transactions;
}

async function measure(sql: postgres.Sql, store: Store, atATime: number) {
  await admit(store, 100, atATime);
  await sql`checkpoint`;
  // The first change after a checkpoint writes whole pages.
  await admit(store, 10, atATime);
  const before = await walBytes(sql);
  const transactions = await admit(store, REQUESTS, atATime);
  const bytes = ((await walBytes(sql)) - before) / REQUESTS;
  const trips = transactions / REQUESTS;
  console.log(
    `${atATime} at a time: ${trips.toFixed(2)} transactions and ${bytes.toFixed(0)} bytes of log a request`,
  );
  return { trips, walBytes: bytes };
}

async function walBytes(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ bytes: number }[]>`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as bytes`;
  return row?.bytes ?? 0;
}
