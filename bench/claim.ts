/**
 * How long it takes a sweep to claim what is due, with 10 000 watches stored and with 1 000 000. The claim must cost
 * what is due and not what is stored.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { openStore, type Store } from '../shared/watch/store.ts';
import { claimDue, type Group, giveBack, nextDueGroup } from '../shared/watch/sweep/claim.ts';
import { median } from './median.ts';
import { type Stored, storeWatches } from './stored-watches.ts';

const SIZES: readonly Stored[] = [
  { stored: 10_000, open: 1000, due: 1000 },
  { stored: 1_000_000, open: 100_000, due: 1000 },
];
const ROUNDS = 11;
const MAX_RATIO = 2;

const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const server = await startPostgres({ dataDir });
try {
  const places = await Promise.all(SIZES.map((size) => prepare(server.url, size)));
  // In turn, so that a busy moment of the machine meets both.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const place of places) place.times.push(await timeClaims(place.store, place.size.due));
    for (const place of places) await place.tidy();
  }
  const medians = places.map(({ size, times }) => {
    const ms = median(times);
    console.log(
      `${size.stored} stored, ${size.open} open, ${size.due} due: claimed in ${ms.toFixed(1)} ms (median of ${ROUNDS})`,
    );
    return ms;
  });
  const ratio = (medians[1] ?? Number.NaN) / (medians[0] ?? Number.NaN);
  const kept = ratio <= MAX_RATIO;
  console.log(`ratio ${ratio.toFixed(2)}, at most ${MAX_RATIO}: ${kept ? 'kept' : 'NOT KEPT'}`);
  process.exitCode = kept ? 0 : 1;
  await Promise.all(places.map(({ close }) => close()));
} finally {
  await server.close();
  await rm(dataDir, { recursive: true });
}

/** Makes a database of its own. */
async function prepare(serverUrl: string, size: Stored) {
  const url = new URL(serverUrl);
  url.pathname = `/stored_${size.stored}`;
  const admin = postgres(serverUrl, { max: 1 });
  await admin.unsafe(`create database stored_${size.stored}`);
  await admin.end();
  const store = openStore(url.href, Date.now);
  await store.transaction((sql) => sql`select 1`);
  await storeWatches(url.href, size);
  const sql = postgres(url.href, { max: 1 });
  return {
    size,
    store,
    times: [] as number[],
    /** What the server does by itself from time to time. */
    tidy: () => sql`vacuum (analyze, index_cleanup on) watches`,
    close: () => Promise.all([store.close(), sql.end()]),
  };
}

/** Claims all that is due, group by group as a sweep does, and gives it back. Only the former is timed. */
async function timeClaims(store: Store, due: number): Promise<number> {
  const token = randomUUID();
  const startedAt = new Date();
  const done: Group[] = [];
  let claimed = 0;
  const startedMs = performance.now();
  for (;;) {
    const group = await store.transaction((sql) => nextDueGroup(sql, startedAt, done));
    if (group === undefined) break;
    claimed += (await store.transaction((sql) => claimDue(sql, group, token, startedAt))).length;
    done.push(group);
  }
  const ms = performance.now() - startedMs;
  if (claimed !== due) throw new Error(`expected ${due} claimed watches, got ${claimed}`);
  await store.transaction((sql) => giveBack(sql, token));
  return ms;
}
