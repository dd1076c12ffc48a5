import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { emptyReply, type Reply } from '../reply.ts';
import { invalidArgument } from '../service-error.ts';
import type { Job } from './job.ts';
import { readJobIds } from './read-job-ids.ts';

/**
 * CancelMediaJob: only jobs that have not started [doc]. [guess]: one that cannot be cancelled, or is unknown, refuses
 * the whole call with InvalidArgument and nothing changes; cancelling a cancelled job again is accepted.
 */
export async function cancelJobs(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const ids = readJobIds(request.subject);
  await cloud.progress.advance(ids);
  const unknown = ids.find((id) => cloud.jobs.visible(id) === undefined);
  if (unknown !== undefined) throw invalidArgument(`JobId ${unknown} does not exist.`);
  await cloud.jobs.change(ids, (job) => canceled(job, cloud.clock.now()));
  return emptyReply(200);
}

function canceled(job: Job, now: number): Job | undefined {
  if (job.State === 'Cancel') return undefined;
  if (job.State !== 'Submitted' && job.State !== 'Pause') {
    throw invalidArgument(
      `JobId ${job.JobId} is ${job.State}, only a job that has not started can be cancelled.`,
    );
  }
  return { ...job, State: 'Cancel', EndedAt: now };
}
