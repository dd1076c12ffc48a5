import type { Bucket } from '../ci/bucket.ts';
import { CiError } from '../ci/ci-error.ts';
import type { Job } from '../ci/job.ts';
import { formatCiTime } from '../ci/time.ts';
import { listPages } from '../sweep/read/list-pages.ts';
import { ciAheadMs, databaseNowMs, type Run } from '../throttle/run.ts';
import { intentOf, submissionKeyOf } from '../watch/user-data.ts';
import type { IntentRow } from './intent.ts';

/**
 * The search begins this long before the intent. A minute would do if clocks were right then and now: a database clock
 * that was ahead when the intent was written must not hide the job, and the object's name keeps the list short.
 */
const SEARCH_MARGIN_SECONDS = 3600;

/** What CI has of a submission. */
export interface Found {
  /** in the order of the operations */
  readonly jobs: Job[];
  /** when the first page was asked for, by the database's clock */
  readonly sentAtMs: number;
}

/** Searches CI for the jobs of an intent, by our key in their UserData, through all pages. */
export async function findSubmitted(run: Run, intent: IntentRow): Promise<Found> {
  const { QueueId } = intent.request;
  try {
    return await search(run, intent, QueueId ? { queueId: QueueId } : {});
  } catch (error) {
    // A queue that CI does not take in a search, or no longer, must not leave the submission in doubt for ever.
    if (!QueueId || !(error instanceof CiError) || !isAboutQueue(error)) throw error;
    return await search(run, intent, {});
  }
}

function isAboutQueue({ kind, code }: CiError): boolean {
  return kind === 'invalid' || code === 'QueueNotFound';
}

async function search(run: Run, intent: IntentRow, queue: { queueId?: string }): Promise<Found> {
  const bucket = { name: intent.bucket, region: intent.region };
  const inputObject = intent.request.Input?.['Object'];
  const query = {
    tag: intent.request.Tag,
    states: 'All',
    ...since(run, bucket, intent.created_at),
    ...(typeof inputObject === 'string' ? { inputObject } : {}),
    ...queue,
  };
  const jobs = new Map<string, Job>();
  let firstSentAtMs: number | undefined;
  for await (const page of listPages(run, bucket, query)) {
    firstSentAtMs ??= page.sentAtMs;
    const ours = page.unreadable.find(({ userData }) => intentOf(userData) === intent.id);
    // CI took it, but what it became cannot be told: posting it again would be a second job.
    if (ours) throw unreadable(ours.reason);
    for (const job of page.jobs) {
      if (submissionKeyOf(job)?.intentId === intent.id) jobs.set(job.JobId, job);
    }
  }
  const inOrder = [...jobs.values()].sort(
    (a, b) => (submissionKeyOf(a)?.index ?? 0) - (submissionKeyOf(b)?.index ?? 0),
  );
  return { jobs: inOrder, sentAtMs: firstSentAtMs ?? 0 };
}

/** From when on CI may have created the job, by its own clock; nothing where the intent's time was a clock's mistake. */
function since(run: Run, bucket: Bucket, createdAt: Date): { startCreationTime?: string } {
  const createdMs = createdAt.getTime();
  if (createdMs > databaseNowMs(run)) return {};
  const behindMs = Math.min(0, ciAheadMs(run, bucket) ?? 0);
  return { startCreationTime: formatCiTime(createdMs + behindMs - SEARCH_MARGIN_SECONDS * 1000) };
}

function unreadable(reason: string): CiError {
  return new CiError({
    kind: 'bad-answer',
    code: 'BadAnswer',
    message: `Cloud Infinite lists the job, but it cannot be read: ${reason}`,
    withoutEffect: false,
  });
}
