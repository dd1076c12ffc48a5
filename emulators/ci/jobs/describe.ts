import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { jobDetail, progressOf } from './job-detail.ts';
import { readJobIds } from './read-job-ids.ts';

/** DescribeMediaJob: an unknown id answers 200 with a NonExistJobIds node of its own [doc: a sibling API; sdk Go]. */
export async function describeJobs(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const ids = readJobIds(request.subject);
  await cloud.progress.advance(ids);
  const jobs = ids.flatMap((id) => cloud.jobs.visible(id) ?? []);
  cloud.progress.asked(jobs);
  return xmlReply(200, 'Response', {
    JobsDetail: jobs.map((job) =>
      jobDetail(job, cloud, progressOf(job, cloud.progress.renderedShare(job.JobId))),
    ),
    NonExistJobIds: ids.filter((id) => !jobs.some((job) => job.JobId === id)),
  });
}
