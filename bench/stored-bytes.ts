/**
 * What a finished job weighs in the store, table by table: watched, seen running, succeeded as CI describes it, and told to
 * one endpoint. The limit is for its rows; pages and indexes are told beside.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import type { Job } from '../shared/ci/job.ts';
import { parseJobs } from '../shared/ci/xml/parse-jobs.ts';
import { openStore } from '../shared/store/store.ts';
import { addWatches } from '../shared/watch/add-watches.ts';
import { observe } from '../shared/watch/observe.ts';

const JOBS = 1000;
const BATCH = 100;
const LIMIT_BYTES = 3072;
const TABLES = ['watches', 'watch_history', 'events', 'deliveries'];
/** Only where somebody is told. */
const BESIDE = new Set(['deliveries']);

const [example] = parseJobs(await readFile('test/fixtures/describe-several.xml')).JobsDetail;
if (example === undefined) throw new Error('expected a job in the example');
const finished: Job = { ...example, Tag: 'Animation', QueueId: `p${'0'.repeat(32)}` };

const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const database = await startPostgres({ dataDir });
const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
try {
  const store = openStore(database.url, Date.now);
  for (let done = 0; done < JOBS; done += BATCH) {
    const jobs = Array.from({ length: BATCH }, () => ({
      ...finished,
      JobId: `j${randomUUID().replaceAll('-', '')}`,
    }));
    await store.transaction((tx) =>
      addWatches(
        tx,
        jobs.map((job) => ({
          jobId: job.JobId,
          bucket: 'media-1250000000',
          region: 'ap-guangzhou',
          source: 'object',
          rule: 'clips-to-gif',
          job: submitted(job),
        })),
      ),
    );
    for (const [turn, seen] of [jobs.map(running), jobs].entries())
      await observe(
        store,
        seen.map((job) => ({ job, sentAtMs: Date.now() + turn, source: 'recheck' })),
      );
  }
  await store.close();
  await tell();
  for (const table of TABLES) await sql.unsafe(`vacuum full analyze ${table}`);
  let [rows, whole] = [0, 0];
  for (const table of TABLES) {
    const weight = await weigh(table);
    if (BESIDE.has(table)) continue;
    rows += weight.rows;
    whole += weight.whole;
  }
  console.log(`a job's document: ${Buffer.byteLength(JSON.stringify(finished))} bytes`);
  console.log(
    `a finished job: ${rows} bytes of rows, at most ${LIMIT_BYTES}; ${whole} with pages and indexes`,
  );
  if (rows > LIMIT_BYTES) process.exitCode = 1;
} finally {
  await sql.end();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}

/** As deliver does. */
async function tell(): Promise<void> {
  await sql`
    insert into deliveries (id, event_seq, job_id, endpoint, state, attempts, next_attempt_at, last_status, created_at, ended_at)
    select id || '.hooks', seq, job_id, 'hooks', 'delivered', 1, at, 204, at, at from events`;
}

/** Bytes for each job. */
async function weigh(table: string): Promise<{ rows: number; whole: number }> {
  const [row] = await sql.unsafe<{ count: number; live: number; heap: number; indexes: number }[]>(`
    select count(*)::int as count, sum(pg_column_size(t.*))::int as live,
      pg_table_size('${table}')::int as heap, pg_indexes_size('${table}')::int as indexes from ${table} t`);
  if (row === undefined) throw new Error(`expected figures of ${table}`);
  const { count, live, heap, indexes } = row;
  const each = (bytes: number) => Math.round(bytes / JOBS);
  console.log(
    `${table}: ${count / JOBS} rows a job, ${each(live)} bytes of rows, ${each(heap)} of pages, ${each(indexes)} of indexes`,
  );
  return { rows: each(live), whole: each(heap + indexes) };
}

function submitted({ Operation, ...job }: Job): Job {
  const { MediaInfo: _, MediaResult: __, ...operation } = Operation ?? {};
  return { ...job, State: 'Submitted', Progress: '0', StartTime: '-', EndTime: '-', Operation: operation };
}

function running(job: Job): Job {
  const { StartTime = '-' } = job;
  return { ...submitted(job), State: 'Running', Progress: '30', StartTime };
}
