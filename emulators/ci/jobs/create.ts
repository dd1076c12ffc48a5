import { randomUUID } from 'node:crypto';
import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { readRequestXml } from '../read-request-xml.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { type Job, outputKey } from './job.ts';
import { jobDetail } from './job-detail.ts';
import { readJobRequest } from './job-request.ts';

/** CreateMediaJobs: each Operation becomes a job in State Submitted with Code Success [doc]; all of them or none. */
export async function createJobs(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const wanted = readJobRequest(await readRequestXml(request), cloud);
  const now = cloud.clock.now();
  const jobs = wanted.map(
    (one): Job => ({
      ...one,
      JobId: newJobId(),
      Seq: cloud.jobs.nextSeq(),
      State: 'Submitted',
      Code: 'Success',
      Message: '',
      CreatedAt: now,
    }),
  );
  await cloud.jobs.add(jobs, request.hideCreatedForMs);
  for (const job of jobs) {
    const { JobId: jobId, State: state, InputObject: input } = job;
    cloud.log({ event: 'job', jobId, state, input, output: outputKey(job) });
  }
  cloud.progress.created(jobs);
  return xmlReply(200, 'Response', { JobsDetail: jobs.map((job) => jobDetail(job, cloud)) });
}

/** `j` + 32 hex digits [doc]. */
export function newJobId(): string {
  return `j${randomUUID().replaceAll('-', '')}`;
}
