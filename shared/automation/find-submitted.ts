import type { Job } from '../ci/job.ts';
import { formatCiTime } from '../ci/time.ts';
import { listPages } from '../watch/sweep/list-pages.ts';
import type { SweepRun } from '../watch/sweep/sweep-run.ts';
import { keyOf } from '../watch/user-data.ts';
import type { IntentRow } from './intent.ts';

/** Clocks differ: the search begins this long before the intent. */
const SEARCH_MARGIN_SECONDS = 60;

/** Searches CI for the jobs of an intent, by our key in their UserData, through all pages; in the operations' order. */
export async function findSubmitted(
  run: SweepRun,
  intent: IntentRow,
): Promise<{ jobs: Job[]; sentAtMs: number }> {
  const bucket = { name: intent.bucket, region: intent.region };
  const inputObject = intent.request.Input?.['Object'];
  const jobs = new Map<string, Job>();
  const query = {
    tag: intent.request.Tag,
    states: 'All',
    startCreationTime: formatCiTime(intent.created_at.getTime() - SEARCH_MARGIN_SECONDS * 1000),
    ...(typeof inputObject === 'string' ? { inputObject } : {}),
    ...(intent.request.QueueId ? { queueId: intent.request.QueueId } : {}),
  };
  let firstSentAtMs: number | undefined;
  for await (const page of listPages(run, bucket, query)) {
    firstSentAtMs ??= page.sentAtMs;
    for (const job of page.jobs) {
      if (keyOf(job)?.intentId === intent.id) jobs.set(job.JobId, job);
    }
  }
  const inOrder = [...jobs.values()].sort((a, b) => (keyOf(a)?.index ?? 0) - (keyOf(b)?.index ?? 0));
  return { jobs: inOrder, sentAtMs: firstSentAtMs ?? 0 };
}
