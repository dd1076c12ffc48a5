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
import { type Changed, countChanges, observeWithin } from '../watch/observe.ts';
import { submissionKeyOf } from '../watch/user-data.ts';
import { listPages } from './read/list-pages.ts';
import { JOBS_PER_PAGE } from './read/plan.ts';

/** How often the jobs of one tag are looked through. */
export const DISCOVER_EVERY_SECONDS = 60;
/** How long one look may take: the next one goes on where it ended. */
const DISCOVER_MS = 15_000;
/** Jobs may become visible late, and clocks differ: each look begins this long before the last one ended. */
const DISCOVER_OVERLAP_SECONDS = 300;

/** One look through the jobs of a tag, which has the tag's cursor. */
interface TagLook {
  /** until the look has to end */
  readonly run: Run;
  readonly bucket: Bucket;
  readonly tag: string;
  readonly token: string;
  /** jobs that were created before this have been seen */
  readonly seenUntil: Date;
}

/** Watches the jobs of some tags that were submitted without Jobwatch: by a console, an SDK, a workflow. */
export async function discover(run: Run, buckets: readonly Bucket[], tags: readonly string[]): Promise<void> {
  for (const bucket of tags.length > 0 ? buckets : []) {
    const lane = await enterBucket(run, bucket);
    if (lane === undefined) continue;
    try {
      for (const tag of tags) {
        if (lane.stopped || run.clock.now() >= run.deadlineMs) break;
        const look = await beginLook(run, bucket, tag);
        if (look) await discoverTag(look, lane);
      }
    } finally {
      await lane.leave();
    }
  }
}

/** Takes the cursor of a tag when it is time; a new one begins now. */
async function beginLook(run: Run, bucket: Bucket, tag: string): Promise<TagLook | undefined> {
  const token = randomUUID();
  const [taken] = await run.store.transaction(
    (sql) => sql<{ seen_until: Date }[]>`
      insert into discovery_cursors as c (bucket, region, tag, seen_until, next_at, claim_token)
      values (${bucket.name}, ${bucket.region}, ${tag}, jobwatch_now(),
        jobwatch_now() + ${DISCOVER_EVERY_SECONDS} * interval '1 second', ${token})
      on conflict (bucket, region, tag) do update set next_at = excluded.next_at, claim_token = excluded.claim_token
      where c.next_at <= jobwatch_now()
      returning seen_until`,
  );
  if (taken === undefined) return undefined;
  const deadlineMs = Math.min(run.deadlineMs, run.clock.now() + DISCOVER_MS);
  return { run: { ...run, deadlineMs }, bucket, tag, token, seenUntil: taken.seen_until };
}

async function discoverTag(look: TagLook, lane: BucketLane): Promise<void> {
  const { run, bucket, tag } = look;
  try {
    await moveCursor(look, await lookThrough(look));
    await lane.noteAnswer();
  } catch (error) {
    if (!(error instanceof CiError)) throw error;
    run.log.warn('jobs that others submitted could not be listed: the next look begins where this one did', {
      code: error.code,
      reason: error.reason,
      bucket: bucket.name,
      region: bucket.region,
      tag,
      ciRequestId: error.requestId,
    });
    await lane.noteError(error, `discovery of ${tag}`);
  }
}

/** Resolves with the time until which all jobs have been seen. */
async function lookThrough({ run, bucket, tag, seenUntil }: TagLook): Promise<Date> {
  const startCreationTime = formatCiTime(seenUntil.getTime() - DISCOVER_OVERLAP_SECONDS * 1000);
  const startedMs = databaseNowMs(run);
  const hasTime = () => run.clock.now() < run.deadlineMs;
  const leaveOut = (reason: string, jobId?: string) =>
    run.log.warn('a job that others submitted is not watched', { code: 'NotWatched', tag, jobId, reason });
  const query = { tag, orderByTime: 'Asc', startCreationTime } as const;
  for await (const { jobs, unreadable, sentAtMs, isLast } of listPages(run, bucket, query)) {
    for (const { reason } of unreadable) leaveOut(reason);
    const watch = (some: readonly Job[]) =>
      run.store.transaction((sql) => watchFound(sql, bucket, { jobs: some, sentAtMs }));
    const watchEach = (some: readonly Job[]) =>
      writeTogether(some, watch, async ({ JobId }, reason) => leaveOut(reason, JobId));
    const changed = await inBatches(jobs, JOBS_PER_PAGE, watchEach, hasTime);
    countChanges(run.tally, changed.flat(2));
    if (isLast || hasTime()) continue;
    // The oldest come first: the next look goes on behind the last that was read.
    const lastMs = parseCiTime(jobs.at(-1)?.CreationTime) ?? 0;
    return new Date(Math.max(seenUntil.getTime(), lastMs));
  }
  // By CI's clock: the database's may be put right before the next look, and jobs between the two would be passed over.
  return new Date(startedMs + (ciAheadMs(run, bucket) ?? 0));
}

async function moveCursor({ run, bucket, tag, token }: TagLook, until: Date): Promise<void> {
  await run.store.transaction(
    (sql) => sql`
      update discovery_cursors set seen_until = ${until}, claim_token = null
      where bucket = ${bucket.name} and region = ${bucket.region} and tag = ${tag} and claim_token = ${token}`,
  );
}

async function watchFound(
  sql: Sql,
  { name, region }: Bucket,
  { jobs, sentAtMs }: { readonly jobs: readonly Job[]; readonly sentAtMs: number },
): Promise<Changed[]> {
  const others = await withoutOurs(sql, jobs);
  await addWatches(
    sql,
    others.map((job) => ({ jobId: job.JobId, bucket: name, region, source: 'discover', job })),
  );
  return await observeWithin(
    sql,
    others.map((job) => ({ job, sentAtMs, source: 'discover' })),
  );
}

/** Leaves out the jobs of submissions that are still under way: what submits them knows which rule and intent they come from. */
async function withoutOurs(sql: Sql, jobs: readonly Job[]): Promise<Job[]> {
  const intentIds = jobs.flatMap((job) => submissionKeyOf(job)?.intentId ?? []);
  if (intentIds.length === 0) return [...jobs];
  const pending = await sql<{ id: string }[]>`
    select id from intents
    where settled_at is null and id = any(${intentIds}::text[]::uuid[])`;
  const ours = new Set(pending.map((intent) => intent.id));
  return jobs.filter((job) => !ours.has(submissionKeyOf(job)?.intentId ?? ''));
}
