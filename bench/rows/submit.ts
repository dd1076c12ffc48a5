import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../deploy/build/bundle.ts';
import { startCloud } from '../../emulators/ci/start-cloud.ts';
import { type Instance, startInstance } from '../../emulators/scf/instance.ts';
import { startPostgres } from '../../local/postgres/start-postgres.ts';
import { BUCKET, CREDENTIALS, eventOf, REGION, RULE } from '../clips.ts';
import type { Figure } from '../compare.ts';
import { countRoundTrips } from '../count-round-trips.ts';
import { median } from '../median.ts';

const ROUNDS = 5;
const EVENTS = 150;
const WARMUP = 100;
/** 120 of the 477 a second that the peer did when the goal was set, on a machine of its own. */
const GOAL = 120 / 477;
const TIMEOUT_MS = 60_000;
const CONTEXT = {
  request_id: 'bench',
  function_name: 'on-object',
  function_version: '$LATEST',
  namespace: 'default',
  memory_limit_in_mb: 128,
  time_limit_in_ms: TIMEOUT_MS,
  tencentcloud_region: REGION,
  tencentcloud_appid: '1250000000',
  tencentcloud_uin: '100000000001',
  environment: '{}',
};
const PEER = fileURLToPath(new URL('../peers/official-submit.cjs', import.meta.url));

/** Events of new objects, one after the other, until their jobs are submitted; as deployed, by one instance. */
export async function submissions(): Promise<Figure[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
  // As root the server runs as another user, who must be let in.
  await chmod(dataDir, 0o755);
  const database = await startPostgres({ dataDir });
  const wire = await countRoundTrips(database.url);
  const cloud = await startCloud({ port: 0, dataDir, bucket: BUCKET, region: REGION, ...CREDENTIALS });
  const environment = {
    CI_BUCKETS: `${BUCKET}@${REGION}`,
    CI_ENDPOINT: cloud.url,
    COS_ENDPOINT: cloud.url,
    CI_MAX_RPS: '1000',
    LOG_LEVEL: 'error',
    TENCENTCLOUD_SECRETID: CREDENTIALS.secretId,
    TENCENTCLOUD_SECRETKEY: CREDENTIALS.secretKey,
  };
  const submitted = async () => {
    const stats = (await (await fetch(`${cloud.url}/_control/stats`)).json()) as {
      requests: Record<string, Record<string, number>>;
    };
    return stats.requests['CreateMediaJobs']?.['200'] ?? 0;
  };
  const instances: Instance[] = [];
  let events = 0;
  try {
    const progress = JSON.stringify({ mode: 'time', queuedMs: 1e9, runningMs: 1e9 });
    await fetch(`${cloud.url}/_control/progress`, { method: 'PUT', body: progress });
    const distDir = path.join(dataDir, 'dist');
    const built = await bundle({ names: ['on-object'], outdir: distDir, rules: [RULE] });
    const start = (file: string, databaseUrl: string) => {
      const instance = startInstance({
        file,
        exportName: 'main_handler',
        memoryLimitMb: 128,
        environment: { ...environment, DATABASE_URL: databaseUrl },
        freeze: false,
        onLine: (line) => console.error(line),
      });
      instances.push(instance);
      return instance;
    };
    const file = built[0]?.file ?? '';
    const [ours, theirs, counted] = [start(file, database.url), start(PEER, ''), start(file, wire.url)];
    for (const { loaded } of instances) await loaded;

    const serve = async (instance: Instance, count: number) => {
      const before = await submitted();
      const beganMs = performance.now();
      for (let served = 0; served < count; served += 1) {
        events += 1;
        const event = JSON.stringify(eventOf(`clips/${events}.mp4`));
        const told = await instance.run({ event, context: CONTEXT, credentials: CREDENTIALS }, TIMEOUT_MS);
        if (told.kind !== 'returned') throw new Error(JSON.stringify(told));
      }
      const tookMs = performance.now() - beganMs;
      const made = (await submitted()) - before;
      if (made !== count) throw new Error(`expected ${count} jobs, got ${made}`);
      return tookMs / count;
    };

    const times = { ours: [] as number[], theirs: [] as number[] };
    for (const instance of instances) await serve(instance, WARMUP);
    for (let round = 0; round < ROUNDS; round += 1) {
      times.ours.push(await serve(ours, EVENTS));
      times.theirs.push(await serve(theirs, EVENTS));
    }
    const trips = (await wire.tripsOf(() => serve(counted, EVENTS))) / EVENTS;
    const [oursMs, theirsMs] = [median(times.ours), median(times.theirs)];
    return [
      {
        figure: 'on-object: an event until its job is submitted, one instance',
        peer: 'a handler on cos-nodejs-sdk-v5 that keeps nothing',
        ours: oursMs,
        theirs: theirsMs,
        unit: 'ms',
        ratio: theirsMs / oursMs,
        goal: GOAL,
        command: 'npm run bench -- submit',
        note: `${(1000 / oursMs).toFixed(0)} events a second, ${trips.toFixed(1)} round trips to the database each`,
      },
    ];
  } finally {
    for (const instance of instances) instance.kill();
    wire.close();
    await cloud.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
