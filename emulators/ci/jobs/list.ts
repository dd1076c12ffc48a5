import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { type Reply, xmlReply } from '../reply.ts';
import type { Job } from './job.ts';
import { jobDetail } from './job-detail.ts';
import { type ListQuery, readListQuery } from './list-query.ts';
import { byPlace, pageToken } from './page-token.ts';

/** DescribeMediaJobs: one page by creation time, `NextToken` only while more follow [doc]. */
export async function listJobs(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const query = readListQuery(request.query);
  await cloud.progress.advanceAll();
  const matching = cloud.jobs.allVisible().filter((job) => matches(job, query));
  matching.sort((a, b) => (query.oldestFirst ? byPlace(a, b) : byPlace(b, a)));
  const page = matching.slice(0, query.size);
  cloud.progress.asked(page);
  const last = page.at(-1);
  return xmlReply(200, 'Response', {
    JobsDetail: page.map((job) => jobDetail(job, cloud)),
    NextToken: last !== undefined && matching.length > page.length ? pageToken(last) : undefined,
  });
}

function matches(job: Job, query: ListQuery): boolean {
  if (job.Tag !== query.tag || !query.states.has(job.State)) return false;
  if (query.queueId !== undefined && job.QueueId !== query.queueId) return false;
  if (query.inputObject !== undefined && job.InputObject !== query.inputObject) return false;
  // No job here was made by a workflow.
  if (query.workflowId !== undefined) return false;
  return isCreatedWithin(job, query) && isAfter(job, query);
}

/** Both bounds are exclusive by the wording [doc], compared in whole seconds, which is all that answers show [guess]. */
function isCreatedWithin(job: Job, { createdAfter, createdBefore }: ListQuery): boolean {
  const created = Math.floor(job.CreatedAt / 1000) * 1000;
  return created > (createdAfter ?? -Infinity) && created < (createdBefore ?? Infinity);
}

function isAfter(job: Job, { after, oldestFirst }: ListQuery): boolean {
  if (after === undefined) return true;
  return oldestFirst ? byPlace(job, after) > 0 : byPlace(job, after) < 0;
}
