import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startCloud } from '../emulators/ci/start-cloud.ts';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import type { Job } from '../shared/ci/job.ts';
import { formatCiTime } from '../shared/ci/time.ts';
import { openStore } from '../shared/store/store.ts';
import { addWatches } from '../shared/watch/add-watches.ts';
import { startHostedFunction } from './hosted-function.ts';

/*
 * Peak resident memory of the deployed bundle of recheck, in an instance of its own with 128 MB as the platform gives
 * it, that sweeps a queue of open jobs of which 1 % have finished: `npx tsx bench/sweep-memory.ts [jobs]`. A warm
 * instance sweeps again and again: the second sweep finds the same jobs due.
 */
const JOBS = Number(process.argv[2] ?? 10_000);
const SWEEPS = 2;
/** Jobs came so many a second. */
const A_SECOND = 100;
const LIMIT_MB = 96;
const BUCKET = 'media-1250000000';
const REGION = 'ap-guangzhou';
const CREDENTIALS = { secretId: 'bench', secretKey: 'bench-secret' };
const TAG = 'Animation';
const QUEUE = `p${'0'.repeat(32)}`;

const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const database = await startPostgres({ dataDir });
const cloud = await startCloud({ port: 0, dataDir, bucket: BUCKET, region: REGION, ...CREDENTIALS });
const recheck = await startHostedFunction('recheck', {
  CI_BUCKETS: `${BUCKET}@${REGION}`,
  CI_ENDPOINT: cloud.url,
  CI_MAX_RPS: '1000',
  DATABASE_URL: database.url,
});
const store = openStore(database.url, Date.now);

let peakMb = 0;
try {
  for (let left = Math.ceil(JOBS * 0.99), ago = 7200; left > 0; left -= A_SECOND, ago -= 1) {
    await watchJobs('Running', Math.min(A_SECOND, left), ago);
  }
  await watchJobs('Success', Math.floor(JOBS * 0.01), 3500);
  for (let sweep = 1; sweep <= SWEEPS; sweep++) {
    await store.transaction(
      (sql) =>
        sql`update watches set apart_at = jobwatch_now() - interval '1 second' where apart_at is not null`,
    );
    await store.transaction(
      (sql) =>
        sql`update watch_cohorts set next_check_at = jobwatch_now() - interval '1 second' where empty_since is null`,
    );
    const run = await recheck.run();
    peakMb = run.peakMb;
    console.log(
      `sweep ${sweep}: ${peakMb.toFixed(1)} MB at most, ${Math.round(run.durationMs)} ms, ${JSON.stringify(run.value)}`,
    );
  }
} finally {
  await recheck.close();
  await store.close();
  await cloud.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}
if (peakMb >= LIMIT_MB) {
  console.error(`expected less than ${LIMIT_MB} MB, got ${peakMb.toFixed(1)} MB`);
  process.exitCode = 1;
}

/** Makes jobs on paper and watches them, in batches that one statement takes within its limit. */
async function watchJobs(state: string, count: number, ago: number): Promise<void> {
  const creationTime = formatCiTime(Date.now() - ago * 1000);
  const response = await fetch(`${cloud.url}/_control/jobs`, {
    method: 'POST',
    body: JSON.stringify({ count, state, tag: TAG, queueId: QUEUE, creationTime }),
  });
  const { JobIds } = (await response.json()) as { JobIds: string[] };
  for (let from = 0; from < JobIds.length; from += 1000) {
    const watches = JobIds.slice(from, from + 1000).map((JobId) => ({
      jobId: JobId,
      bucket: BUCKET,
      region: REGION,
      source: 'submit' as const,
      job: {
        JobId,
        State: 'Submitted',
        Code: 'Success',
        Tag: TAG,
        QueueId: QUEUE,
        CreationTime: creationTime,
      } satisfies Job,
    }));
    await store.transaction((sql) => addWatches(sql, watches));
  }
}
