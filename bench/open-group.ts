import { fork } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { chunksOf } from '../shared/ci/chunks-of.ts';
import { createClient } from '../shared/ci/client/create-client.ts';
import type { Job } from '../shared/ci/job.ts';
import { formatCiTime } from '../shared/ci/time.ts';
import { systemClock } from '../shared/clock.ts';
import { createLog } from '../shared/log.ts';
import { openStore } from '../shared/store/store.ts';
import { startSweep } from '../shared/sweep/sweep.ts';
import { sweepDue } from '../shared/sweep/sweep-due.ts';
import { slotsByAccount } from '../shared/throttle/rate.ts';
import type { Tally } from '../shared/throttle/run.ts';
import { addWatches } from '../shared/watch/add-watches.ts';

const BUCKET = 'media-1250000000';
const REGION = 'ap-guangzhou';
const CREDENTIALS = { secretId: 'bench', secretKey: 'bench-secret' };
const TAG = 'Animation';
const INSERT_ROWS = 500;

/** What one sweep took in this process. */
export interface Swept {
  readonly tally: Tally;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** bytes of WAL that the server wrote meanwhile */
  readonly walBytes: number;
}

/** A database and a Cloud Infinite, each in a process of its own, and sweeps in this one. */
export async function startOpenGroups(maxRps: number) {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
  // As root the server runs as another user, who must be let in.
  await chmod(dataDir, 0o755);
  const database = await startPostgres({ dataDir });
  const child = fork(
    new URL('cloud-child.ts', import.meta.url),
    [dataDir, BUCKET, REGION, CREDENTIALS.secretId, CREDENTIALS.secretKey],
    { execArgv: ['--import', 'tsx'] },
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('exit', (code) => reject(new Error(`the cloud ended with ${code}`)));
  });
  const store = openStore(database.url, Date.now);
  await store.transaction((sql) => sql`select 1`);
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  const ci = createClient({
    ...systemClock,
    endpoint: new URL(url),
    timeoutMs: 10_000,
    credentials: () => CREDENTIALS,
  });
  const slotsFor = slotsByAccount(store, maxRps, systemClock);

  return {
    sql,
    store,
    databaseUrl: database.url,
    /** of whoever else asks the same cloud */
    environment: {
      CI_BUCKETS: `${BUCKET}@${REGION}`,
      CI_ENDPOINT: url,
      TENCENTCLOUD_SECRETID: CREDENTIALS.secretId,
      TENCENTCLOUD_SECRETKEY: CREDENTIALS.secretKey,
    },

    /** Watches jobs on paper, so many of each queue, created so many seconds ago, as CI told of them. */
    async watch(
      count: number,
      { state = 'Running', queueIds = [`p${'0'.repeat(32)}`], ago = 0 } = {},
    ): Promise<void> {
      const creationTime = formatCiTime(Date.now() - ago * 1000);
      const make = async (queueId: string) => {
        const response = await fetch(`${url}/_control/jobs`, {
          method: 'POST',
          body: JSON.stringify({ count, state, tag: TAG, queueId, creationTime }),
        });
        const { JobIds } = (await response.json()) as { JobIds: string[] };
        return JobIds.map((JobId) => ({
          jobId: JobId,
          bucket: BUCKET,
          region: REGION,
          source: 'submit' as const,
          job: {
            JobId,
            State: 'Submitted',
            Code: 'Success',
            Tag: TAG,
            QueueId: queueId,
            CreationTime: creationTime,
          } satisfies Job,
        }));
      };
      const watches = (await Promise.all(queueIds.map(make))).flat();
      for (const batch of chunksOf(watches, INSERT_ROWS)) {
        await store.transaction((tx) => addWatches(tx, batch));
      }
    },

    makeDue: () =>
      sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second' where open > 0`,

    /** One sweep in this process, measured. */
    async sweep(timeLimitMs = 600_000): Promise<Swept> {
      await sql`checkpoint`;
      const [before] = await sql<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`;
      const cpu = process.cpuUsage();
      const startedMs = performance.now();
      const run = await startSweep({
        store,
        ci,
        clock: systemClock,
        log: createLog('error'),
        deadlineMs: Date.now() + timeLimitMs,
        slotsFor,
        limits: { missingGraceSeconds: 300, stallAfterSeconds: 1e9 },
      });
      await sweepDue(run);
      const wallMs = performance.now() - startedMs;
      const { user, system } = process.cpuUsage(cpu);
      const [after] = await sql<{ bytes: number }[]>`
        select pg_wal_lsn_diff(pg_current_wal_lsn(), ${before?.lsn ?? ''}::text::pg_lsn)::float8 as bytes`;
      return {
        tally: run.tally,
        wallMs,
        cpuMs: (user + system) / 1000,
        walBytes: after?.bytes ?? Number.NaN,
      };
    },

    async close(): Promise<void> {
      await Promise.all([store.close(), sql.end()]);
      child.disconnect();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
