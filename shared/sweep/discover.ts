import { randomUUID } from 'node:crypto';
import type { Bucket } from '../ci/bucket.ts';
import { CiError } from '../ci/ci-error.ts';
import type { Job } from '../ci/job.ts';
import { formatCiTime, parseCiTime } from '../ci/time.ts';
import { inBatches } from '../store/in-batches.ts';
import type { Sql } from '../store/store.ts';
import { writeTogether } from '../store/write-together.ts';
import { type BucketLane, enterBucket } from '../throttle/bucket-lane.ts';
import { ciAheadMs, databaseNowMs, type Run } from '../throttle/run.ts';
import { addWatches } from '../watch/add-watches.ts';
import { countChanges } from '../watch/count-changes.ts';
import { type Changed, observeWithin } from '../watch/observe.ts';
import { submissionKeyOf } from '../watch/user-data.ts';
import { JOBS_PER_PAGE } from './read/cost.ts';
import { listPages } from './read/list-pages.ts';

/** How often the jobs of one tag are looked through. */
export const DISCOVER_EVERY_SECONDS = 60;
/** How long one look may take: the next one goes on where it ended. */
const DISCOVER_MS = 15_000;
/** Jobs may become visible late, and clocks differ: each look begins this long before the last one ended. */
const DISCOVER_OVERLAP_SECONDS = 300;

/** Watches the jobs of some tags that somebody else submitted: a console, an SDK, a workflow. */
export async function discover(run: Run, buckets: readonly Bucket[], tags: readonly string[]): Promise<void> {
  for (const bucket of tags.length > 0 ? buckets : []) {
    const lane = await enterBucket(run, bucket);
    if (lane === undefined) continue;
    try {
      for (const tag of tags) await discoverTag(run, bucket, lane, tag);
    } finally {
      await lane.leave();
    }
  }
}

async function discoverTag(run: Run, bucket: Bucket, lane: BucketLane, tag: string): Promise<void> {
  if (lane.stopped || run.clock.now() >= run.deadlineMs) return;
  const token = randomUUID();
  const cursor = await run.store.transaction((sql) => claimCursor(sql, bucket, tag, token));
  if (cursor === undefined) return;
  const deadlineMs = Math.min(run.deadlineMs, run.clock.now() + DISCOVER_MS);
  try {
    await lookThrough({ ...run, deadlineMs }, bucket, tag, cursor, token);
    await lane.noteAnswer();
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    run.log.warn('jobs of others could not be listed', { code: error.code, reason: error.message, tag });
    await lane.noteError(error, `discovery of ${tag}`);
  }
}

async function lookThrough(
  run: Run,
  bucket: Bucket,
  tag: string,
  cursor: Date,
  token: string,
): Promise<void> {
  const startCreationTime = formatCiTime(cursor.getTime() - DISCOVER_OVERLAP_SECONDS * 1000);
  const startedMs = databaseNowMs(run);
  const query = { tag, orderByTime: 'Asc', startCreationTime } as const;
  for await (const page of listPages(run, bucket, query)) {
    const leftOut = (reason: string) =>
      run.log.warn('a job of others is not watched', { code: 'NotWatched', tag, reason });
    for (const { reason } of page.unreadable) leftOut(reason);
    const note = (jobs: readonly Job[]) =>
      run.store.transaction((sql) => noteFound(sql, bucket, jobs, page.sentAtMs));
    const noteEach = (jobs: readonly Job[]) =>
      writeTogether(jobs, note, async ({ JobId }, reason) => leftOut(`${JobId}: ${reason}`));
    const hasTime = () => run.clock.now() < run.deadlineMs;
    const changed = await inBatches(page.jobs, JOBS_PER_PAGE, noteEach, hasTime);
    countChanges(run.tally, changed.flat(2));
    if (!page.isLast && run.clock.now() >= run.deadlineMs) {
      // The oldest come first: the next look goes on behind the last that was read.
      const lastMs = parseCiTime(page.jobs.at(-1)?.CreationTime) ?? 0;
      const seenUntil = new Date(Math.max(cursor.getTime(), lastMs));
      await run.store.transaction((sql) => advance(sql, bucket, tag, token, seenUntil));
      return;
    }
  }
  // By CI's clock: the database's may be put right before the next look, and jobs between the two would be passed over.
  const seenUntil = new Date(startedMs + (ciAheadMs(run, bucket) ?? 0));
  await run.store.transaction((sql) => advance(sql, bucket, tag, token, seenUntil));
}

async function noteFound(
  sql: Sql,
  bucket: Bucket,
  found: readonly Job[],
  sentAtMs: number,
): Promise<Changed[]> {
  const { name, region } = bucket;
  const jobs = await withoutOurs(sql, found);
  await addWatches(
    sql,
    jobs.map((job) => ({ jobId: job.JobId, bucket: name, region, source: 'discover', job })),
  );
  return await observeWithin(
    sql,
    jobs.map((job) => ({ job, sentAtMs, source: 'discover' })),
  );
}

/** Leaves out the jobs of submissions that are still under way: those will say which rule and intent they come from. */
async function withoutOurs(sql: Sql, jobs: readonly Job[]): Promise<Job[]> {
  const intentIds = jobs.flatMap((job) => submissionKeyOf(job)?.intentId ?? []);
  if (intentIds.length === 0) return [...jobs];
  const unsettled = await sql<{ id: string }[]>`
    select id from intents
    where settled_at is null and id = any(${intentIds}::text[]::uuid[])`;
  const ours = new Set(unsettled.map((intent) => intent.id));
  return jobs.filter((job) => !ours.has(submissionKeyOf(job)?.intentId ?? ''));
}

/** Takes the cursor of a tag when it is time; a new one begins now. */
async function claimCursor(sql: Sql, bucket: Bucket, tag: string, token: string): Promise<Date | undefined> {
  const [taken] = await sql<{ seen_until: Date }[]>`
    insert into discovery_cursors as c (bucket, region, tag, seen_until, next_at, claim_token)
    values (${bucket.name}, ${bucket.region}, ${tag}, jobwatch_now(),
      jobwatch_now() + ${DISCOVER_EVERY_SECONDS} * interval '1 second', ${token})
    on conflict (bucket, region, tag) do update set next_at = excluded.next_at, claim_token = excluded.claim_token
    where c.next_at <= jobwatch_now()
    returning seen_until`;
  return taken?.seen_until;
}

async function advance(sql: Sql, bucket: Bucket, tag: string, token: string, until: Date): Promise<void> {
  await sql`
    update discovery_cursors set seen_until = ${until}, claim_token = null
    where bucket = ${bucket.name} and region = ${bucket.region} and tag = ${tag} and claim_token = ${token}`;
}
