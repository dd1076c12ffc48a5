/**
 * How long GET /overview takes with twenty rules that each had ten Codes in every period, with 200 000 watches stored of
 * which 10 000 are open, and what counting costs the change that is counted.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { systemClock } from '../shared/clock.ts';
import { createLog } from '../shared/log.ts';
import { openStore, type Store } from '../shared/store/store.ts';
import { addWatches } from '../shared/watch/add-watches.ts';
import { foldCounts } from '../shared/watch/counts/fold.ts';
import { observe } from '../shared/watch/observe.ts';
import { getOverview } from '../shared/watch/overview/get-overview.ts';
import { median } from './median.ts';
import { storeWatches } from './stored-watches.ts';

const WINDOWS = ['1h', '24h', '7d', '30d'] as const;
const ROUNDS = 25;
const MAX_MS = 50;
const ENDED = 5000;

/** Every period of each table that is kept, with every pair of rule and outcome, and what is not folded yet. */
const COUNTED = [
  ['outcomes_by_quarter', '15 minutes', 192],
  ['outcomes_by_hour', '1 hour', 192],
  ['outcomes_by_day', '1 day', 400],
].map(
  ([table, step, periods]) => `
  insert into ${table}
  select date_bin('${step}', now(), 'epoch') - n * interval '${step}', 'rule-' || r, outcome, code, 1 + n % 7, now(), 'j' || n,
    0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  from generate_series(0, ${periods}) as n, generate_series(1, 20) as r, (
    select 'Failed' as outcome, 'Code' || c as code from generate_series(1, 10) as c
    union all values ('Success', ''), ('Cancel', ''), ('Missing', '')) as o`,
);

const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const server = await startPostgres({ dataDir });
try {
  const store = openStore(server.url, Date.now);
  await store.transaction((sql) => sql`select 1`);
  await storeWatches(server.url, { stored: 200_000, open: 10_000, due: 1000 });
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  for (const statement of COUNTED) await sql.unsafe(statement);
  await sql`vacuum analyze`;
  const unfolded = await endJobs(sql, store);
  let kept = await readAll(store, `${unfolded} rows not folded`);
  const startedMs = performance.now();
  await foldCounts({
    store,
    clock: systemClock,
    log: createLog('warn'),
    deadlineMs: Date.now() + 60_000,
  });
  console.log(`folded in ${(performance.now() - startedMs).toFixed(0)} ms`);
  kept = (await readAll(store, 'all folded')) && kept;
  console.log(`every window within ${MAX_MS} ms: ${kept ? 'kept' : 'NOT KEPT'}`);
  process.exitCode = kept ? 0 : 1;
  await Promise.all([store.close(), sql.end()]);
} finally {
  await server.close();
  await rm(dataDir, { recursive: true });
}

/** Whether every window is read in time: with what the server itself needed, which other work on the machine delays. */
async function readAll(store: Store, state: string): Promise<boolean> {
  const middles: number[] = [];
  for (const window of WINDOWS) {
    const times: number[] = [];
    const before = await serverCpuMs(store);
    for (let round = 0; round < ROUNDS; round += 1) {
      const startedMs = performance.now();
      await store.transaction((sql) => getOverview(sql, window, 50));
      times.push(performance.now() - startedMs);
    }
    const cpuMs = ((await serverCpuMs(store)) - before) / ROUNDS;
    middles.push(median(times));
    console.log(
      `${window}, ${state}: ${median(times).toFixed(1)} ms, at best ${Math.min(...times).toFixed(1)}, of the server's processor ${cpuMs.toFixed(1)}`,
    );
  }
  return Math.max(...middles) <= MAX_MS;
}

/** What the store's own connection has used of a processor, in milliseconds. */
async function serverCpuMs(store: Store): Promise<number> {
  const [row] = await store.transaction((sql) => sql<{ pid: number }[]>`select pg_backend_pid() as pid`);
  const fields = (await readFile(`/proc/${row?.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  // utime and stime, in hundredths of a second
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Lets jobs end, a hundred in a transaction, and tells how many rows wait to be folded. */
async function endJobs(sql: postgres.Sql, store: Store): Promise<number> {
  const ids = Array.from({ length: ENDED }, (_, n) => `e${n}`);
  const place = { bucket: 'media-1250000000', region: 'ap-guangzhou', source: 'submit' } as const;
  for (let from = 0; from < ENDED; from += 100) {
    await store.transaction((tx) =>
      addWatches(
        tx,
        ids.slice(from, from + 100).map((jobId, n) => ({ ...place, jobId, rule: `rule-${n % 20}` })),
      ),
    );
  }
  const startedMs = performance.now();
  await observe(
    store,
    ids.map((JobId, n) => ({
      job: {
        JobId,
        State: n % 10 ? 'Success' : 'Failed',
        Code: n % 10 ? 'Success' : `Code${n % 7}`,
        StartTime: '2026-01-01T00:00:00+0000',
        EndTime: `2026-01-01T00:00:${10 + (n % 40)}+0000`,
      },
      sentAtMs: Date.now(),
      source: 'recheck',
    })),
  );
  const tookMs = performance.now() - startedMs;
  const [row] = await sql<{ rows: number }[]>`select count(*)::int as rows from outcome_changes`;
  console.log(`${ENDED} jobs ended in ${tookMs.toFixed(0)} ms, a hundred in a transaction`);
  return row?.rows ?? 0;
}
