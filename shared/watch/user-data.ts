import type { Job } from '../ci/job.ts';

/**
 * Our key stands before the user's own text: `jw1.<intent id>.<operation> `, at most 64 characters, so that 960 of the
 * 1024 that CI keeps are the user's. It is how a job is found again whose submission was never answered, and the space
 * after it may be lost on the way when nothing follows [guess].
 */
const KEY = /^jw1\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d)(?: |$)/;

/** Puts the key of operation number `index` of an intent before the user's text. */
export function keyed(intentId: string, index: number, userData: string): string {
  return `jw1.${intentId}.${index} ${userData}`;
}

/** The intent and operation that a job was submitted by, if Jobwatch submitted it. */
export function submissionKeyOf(job: Job): { intentId: string; index: number } | undefined {
  const [, intentId, index] = KEY.exec(job.Operation?.UserData ?? '') ?? [];
  return intentId === undefined ? undefined : { intentId, index: Number(index) };
}

/** The same of a job that cannot be read but for its UserData. */
export function intentOf(userData: string): string | undefined {
  return KEY.exec(userData)?.[1];
}

/** What the submitter wrote, without our key. */
export function userTextOf(userData: string): string {
  return userData.replace(KEY, '');
}

/** The job as its submitter knows it: UserData is what they gave. */
export function withoutKey(job: Job): Job {
  const userData = job.Operation?.UserData;
  if (userData === undefined || !KEY.test(userData)) return job;
  return { ...job, Operation: { ...job.Operation, UserData: userTextOf(userData) } };
}
