import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCloud } from '../emulators/ci/start-cloud.ts';
import { startPostgres } from '../local/postgres/start-postgres.ts';
import { type BackfillProgress, getBackfill, orderBackfill } from '../shared/objects/backfill/order.ts';
import { openStore } from '../shared/store/store.ts';
import { BUCKET, CREDENTIALS, eventOf, REGION, RULE } from './clips.ts';
import { startHostedFunction } from './hosted-function.ts';

/*
 * A bucket that was there before its rule: requests, memory and time of a dry run, of the order itself, and of the same
 * order once more, when everything is known. The deployed bundle of recheck does it, in an instance with 128 MB:
 * `npx tsx bench/backfill.ts [objects] [submit] [rate]`; with `0` for submit nothing is submitted, and `rate` is CI_MAX_RPS.
 * Beside the order objects are uploaded, one after the other: how long on-object takes for one tells whether they wait.
 */
const OBJECTS = Number(process.argv[2] ?? 10_000);
const SUBMITS = process.argv[3] !== '0';
const RATE = process.argv[4] ?? '1000';
/** Uploads without an order, to compare with. */
const UPLOADS_BEFORE = 30;
const UPLOAD_EVERY_MS = 250;
const PAGE = 1000;
const LIMIT_MB = 96;

const dataDir = await mkdtemp(path.join(tmpdir(), 'jobwatch-bench-'));
// As root the server runs as another user, who must be let in.
await chmod(dataDir, 0o755);
const database = await startPostgres({ dataDir });
const cloud = await startCloud({ port: 0, dataDir, bucket: BUCKET, region: REGION, ...CREDENTIALS });
const control = async (method: string, what: string, body?: object) => {
  const init = { method, ...(body && { body: JSON.stringify(body) }) };
  return await (await fetch(`${cloud.url}/_control/${what}`, init)).json();
};
await control('PUT', 'progress', { mode: 'time', queuedMs: 1e9, runningMs: 1e9 });
const environment = {
  CI_BUCKETS: `${BUCKET}@${REGION}`,
  CI_ENDPOINT: cloud.url,
  COS_ENDPOINT: cloud.url,
  CI_MAX_RPS: RATE,
  DATABASE_URL: database.url,
  LOG_LEVEL: 'error',
};
const recheck = await startHostedFunction('recheck', environment, [RULE]);
const onObject = await startHostedFunction('on-object', environment, [RULE]);
const store = openStore(database.url, Date.now);
let isKept = true;
let uploaded = 0;
try {
  const folder = path.join(dataDir, 'buckets', BUCKET, 'clips');
  await mkdir(folder, { recursive: true });
  for (let from = 0; from < OBJECTS; from += PAGE)
    await Promise.all(
      Array.from({ length: Math.min(PAGE, OBJECTS - from) }, (_, n) =>
        writeFile(path.join(folder, `${String(from + n).padStart(6, '0')}.mp4`), `clip ${from + n}`),
      ),
    );
  // Migrates the store.
  await recheck.run();
  await measure('dry run', true);
  if (SUBMITS) {
    const alone: number[] = [];
    while (alone.length < UPLOADS_BEFORE) alone.push(await upload());
    const beside: number[] = [];
    const order = new AbortController();
    const uploads = (async () => {
      while (!order.signal.aborted) {
        beside.push(await upload());
        await delay(UPLOAD_EVERY_MS);
      }
    })();
    await measure('order', false);
    order.abort();
    await uploads;
    for (const [what, took] of Object.entries({ alone, beside }))
      console.log(`an upload ${what}: ${spread(took)}`);
    await measure('once more', false);
  }
} finally {
  await recheck.close();
  await onObject.close();
  await store.close();
  await cloud.close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}
if (!isKept) process.exitCode = 1;

/** One event of a new object; how long on-object took for it, in milliseconds. */
async function upload(): Promise<number> {
  uploaded += 1;
  return (await onObject.run(eventOf(`clips/live-${uploaded}.mp4`))).durationMs;
}

function spread(took: readonly number[]): string {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return `${at(0.5)} ms in the median, ${at(0.95)} ms at 95 %, ${at(1)} ms at most, of ${took.length}`;
}

async function measure(what: string, dryRun: boolean): Promise<void> {
  const order = {
    rule: RULE,
    prefix: '',
    modifiedSince: undefined,
    modifiedUntil: undefined,
    dryRun,
    by: 'bench',
  };
  const ordered = await store.transaction((sql) => orderBackfill(sql, order));
  const before = await requests();
  const beganMs = performance.now();
  let runs = 0;
  let peakMb = 0;
  let progress: BackfillProgress | undefined;
  do {
    const run = await recheck.run();
    peakMb = Math.max(peakMb, run.peakMb);
    runs += 1;
    progress = await store.transaction((sql) => getBackfill(sql, ordered.id));
  } while (progress?.State === 'Running' || Number(progress?.Left) > 0);
  const seconds = (performance.now() - beganMs) / 1000;
  const after = await requests();
  const listed = after.list - before.list;
  const { Listed, Caught, Known, Submitted } = progress ?? {};
  console.log(
    `${what}: listed ${Listed}, caught ${Caught}, known ${Known}, ${dryRun ? 'to submit' : 'submitted'} ${Submitted}; ` +
      `${listed} listings, ${after.create - before.create} submissions, ${runs} runs of recheck, ` +
      `${seconds.toFixed(1)} s, ${peakMb.toFixed(1)} MB at most`,
  );
  // Half a run of recheck is its time: it lists where it left off once more in the next.
  const most = Math.ceil(OBJECTS / PAGE) + runs;
  if (listed > most || peakMb >= LIMIT_MB) {
    console.error(`expected at most ${most} listings and ${LIMIT_MB} MB`);
    isKept = false;
  }
}

async function requests(): Promise<{ list: number; create: number }> {
  const stats = (await control('GET', 'stats')) as { requests: Record<string, Record<string, number>> };
  const of = (operation: string) =>
    Object.values(stats.requests[operation] ?? {}).reduce((sum, count) => sum + count, 0);
  return { list: of('GetBucket'), create: of('CreateMediaJobs') };
}
