import type { Job, JobsAnswer } from '../job.ts';
import { XmlError } from '../xml/xml-error.ts';

/**
 * Puts the answer in the order asked; a job that was not asked for is dropped.
 *
 * @throws XmlError when CI left an id out, since nothing may be inferred from absence
 */
export function checkDescribed(
  answer: JobsAnswer,
  asked: readonly string[],
  document: Uint8Array,
): JobsAnswer {
  const jobs = new Map(answer.JobsDetail.map((job) => [job.JobId, job]));
  const missing = new Set(answer.NonExistJobIds);
  const unanswered = asked.filter((id) => !jobs.has(id) && !missing.has(id));
  if (unanswered.length > 0) {
    throw new XmlError(`expected every job that was asked, got nothing about ${unanswered.join(', ')}`);
  }
  const checked = {
    JobsDetail: asked.flatMap((id) => jobs.get(id) ?? []),
    NonExistJobIds: asked.filter((id) => !jobs.has(id)),
  };
  return isSame(answer, checked) ? { ...checked, document } : checked;
}

function isSame(one: JobsAnswer, other: JobsAnswer): boolean {
  const idsOf = ({ JobsDetail, NonExistJobIds }: JobsAnswer) => [
    ...JobsDetail.map((job) => job.JobId),
    '',
    ...NonExistJobIds,
  ];
  return idsOf(one).join() === idsOf(other).join();
}

/** @throws XmlError unless each operation became a job */
export function checkCreated(jobs: Job[], operations: number): Job[] {
  if (jobs.length !== operations) throw new XmlError(`expected ${operations} jobs, got ${jobs.length}`);
  return jobs;
}
