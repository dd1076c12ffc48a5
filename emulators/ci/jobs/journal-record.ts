import type { Job } from './job.ts';

/** One line of the journal: a job as it now is, or an id that is gone. The last line about a job counts. */
export type JournalRecord = { kind: 'job'; job: Job } | { kind: 'forget'; id: string };

/** The jobs that a journal leaves, without those created before `oldest` (milliseconds). */
export function replayJobs(records: readonly unknown[], oldest: number): Map<string, Job> {
  const jobs = new Map<string, Job>();
  for (const record of records) {
    if (!isJournalRecord(record)) continue;
    if (record.kind === 'job') jobs.set(record.job.JobId, record.job);
    else jobs.delete(record.id);
  }
  for (const job of jobs.values()) if (job.CreatedAt < oldest) jobs.delete(job.JobId);
  return jobs;
}

/** Lines are written by this service alone; the guard is against a file that something else has damaged. */
function isJournalRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'forget') return 'id' in value && typeof value.id === 'string';
  if (value.kind !== 'job' || !('job' in value)) return false;
  const job = value.job;
  return typeof job === 'object' && job !== null && 'JobId' in job && 'State' in job && 'CreatedAt' in job;
}
