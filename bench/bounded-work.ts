/**
 * How long the longest transaction of each kind of work takes with a million stored rows while others have the
 * processor, and that each gets on. A batch that meets the statement limit is halved; how often that was so is told.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { systemClock } from '../shared/clock.ts';
import { createLog } from '../shared/log.ts';
import { claimDeliveries } from '../shared/notify/claim-deliveries.ts';
import { enableEndpoint, noteEndpoints } from '../shared/notify/endpoints.ts';
import { expireDeliveries } from '../shared/notify/expire-deliveries.ts';
import { fanOut } from '../shared/notify/fan-out.ts';
import { sendAgain } from '../shared/notify/send-again.ts';
import { createBatchSize, inHalves } from '../shared/store/in-batches.ts';
import { openStore, type Sql, type Store } from '../shared/store/store.ts';
import { StoreUnavailable } from '../shared/store/store-unavailable.ts';
import { addWatches } from '../shared/watch/add-watches.ts';
import { listWatches } from '../shared/watch/lists/list-watches.ts';
import { observe } from '../shared/watch/observe.ts';
import { retire } from '../shared/watch/retire.ts';
import { storeWatches } from './stored-watches.ts';

const BUCKET = { bucket: 'media-1250000000', region: 'ap-guangzhou' };
const ROUNDS = 20;
/** For each processor: nine tenths of it are somebody else's. */
const BUSY_PER_CPU = 9;

/** 200 000 old events whose delivery ended yesterday, as many that wait for an endpoint that is off, 200 000 known objects. */
const ROWS = `
  insert into endpoints (name, disabled_at) values ('on', null), ('off', now());
  insert into events (id, job_id, bucket, type, at, data, fanned_out)
  select 'old-' || n, 'j' || n, 'media-1250000000', 'jobwatch.job.succeeded', now() - interval '40 days',
    json_build_object('Watch', repeat('x', 600)), true from generate_series(1, 400000) as n;
  insert into deliveries (id, event_seq, job_id, endpoint, state, next_attempt_at, created_at, ended_at)
  select id || '.' || case when seq % 2 = 0 then 'on' else 'off' end, seq, job_id,
    case when seq % 2 = 0 then 'on' else 'off' end, case when seq % 2 = 0 then 'dead' else 'pending' end,
    now() - interval '29 days', at, case when seq % 2 = 0 then now() - interval '1 day' end from events;
  insert into events (id, job_id, bucket, type, at, data)
  select 'new-' || n, 'n' || n, 'media-1250000000', 'jobwatch.job.succeeded', now(), json_build_object('Watch', repeat('x', 600))
  from generate_series(1, 20000) as n;
  insert into object_versions (bucket, region, object, rule, etag, event_time, seen_at)
  select 'media-1250000000', 'ap-guangzhou', 'clips/' || n, 'gifs', 'e', now() - interval '40 days', now() - interval '40 days'
  from generate_series(1, 200000) as n;
  vacuum analyze`;

const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const server = await startPostgres({ dataDir });
const busy: ChildProcess[] = [];
try {
  const store = openStore(server.url, Date.now);
  await store.transaction((sql) => sql`select 1`);
  await storeWatches(server.url, { stored: 1_000_000, open: 100_000, due: 1000 });
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
  for (const statement of ROWS.split(';\n')) await admin.unsafe(statement);
  await admin.end();
  for (let n = 0; n < BUSY_PER_CPU * availableParallelism(); n++) {
    busy.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  }
  await measureAll(store);
  await store.close();
} finally {
  for (const each of busy) each.kill('SIGKILL');
  await server.close();
  await rm(dataDir, { recursive: true });
}

async function measureAll(store: Store): Promise<void> {
  const endpoints = ['on', 'off'].map((name) => ({
    name,
    url: new URL('http://127.0.0.1'),
    secrets: [],
    events: ['*'],
  }));
  let page = '';
  const work: Record<string, (store: Store, round: number) => Promise<unknown>> = {
    retire: (timed) => {
      const parts = {
        store: timed,
        clock: systemClock,
        log: createLog('warn', {}),
        deadlineMs: Date.now() + 60_000,
      };
      return retire(parts, { days: 30, rules: ['gifs'] });
    },
    'expire deliveries': (timed) =>
      inHalves(createBatchSize(500), (rows) =>
        timed.transaction((sql) => expireDeliveries(sql, ['on', 'off'], { days: 28, rows })),
      ),
    'fan out': (timed) =>
      inHalves(createBatchSize(500), (rows) => timed.transaction((sql) => fanOut(sql, endpoints, rows))),
    'switch an endpoint on and claim': (timed) => timed.transaction((sql) => switchOnAndClaim(sql)),
    'send again': (timed) => timed.transaction((sql) => sendAgain(sql, 'old-2.on')),
    'watch 100 jobs': (timed) =>
      timed.transaction((sql) =>
        addWatches(
          sql,
          Array.from({ length: 100 }, () => ({ ...BUCKET, jobId: `j${randomUUID()}`, source: 'submit' })),
        ),
      ),
    'observe 100 jobs': (timed, round) => observe(timed, wordsOf(100, round)),
    'a page of watches': async (timed) => {
      const asked = { limit: 200, ...(page === '' ? {} : { cursor: page }) };
      page = (await timed.transaction((sql) => listWatches(sql, asked))).NextCursor;
    },
  };
  await store.transaction((sql) => noteEndpoints(sql, endpoints));
  for (const [name, act] of Object.entries(work)) {
    const timed = timing(store);
    for (let round = 0; round < ROUNDS; round++) await act(timed.store, round);
    const { longestMs, halved } = timed;
    console.log(
      `${name}: longest transaction ${Math.round(longestMs())} ms of ${ROUNDS} rounds, halved ${halved()} times`,
    );
  }
}

async function switchOnAndClaim(sql: Sql): Promise<void> {
  await enableEndpoint(sql, 'off');
  await claimDeliveries(sql, 'off', randomUUID(), { seats: 8 });
  await sql`update endpoints set disabled_at = jobwatch_now() where name = 'off'`;
}

/** About other jobs each time; storeWatches names them so, and leaves every tenth open. */
function wordsOf(count: number, round: number) {
  return Array.from({ length: count }, (_, index) => ({
    job: { JobId: `j${md5Of((round * count + index + 1) * 10)}`, State: 'Running' as const },
    sentAtMs: Date.now(),
    source: 'recheck' as const,
  }));
}

/** A store that tells how long its longest transaction took. */
function timing(store: Store) {
  let longest = 0;
  let halves = 0;
  const timed: Store = {
    ...store,
    async transaction(work, limitMs) {
      const startedMs = performance.now();
      try {
        return await store.transaction(work, limitMs);
      } catch (error) {
        if (error instanceof StoreUnavailable && error.isStatementTimeout) halves += 1;
        throw error;
      } finally {
        longest = Math.max(longest, performance.now() - startedMs);
      }
    },
  };
  return { store: timed, longestMs: () => longest, halved: () => halves };
}

function md5Of(n: number): string {
  return createHash('md5').update(String(n)).digest('hex');
}
