import { listBuckets } from './buckets.ts';
import type { CloudParts } from './cloud.ts';
import type { CloudRequest } from './cloud-request.ts';
import { cancelJobs } from './jobs/cancel.ts';
import { createJobs } from './jobs/create.ts';
import { describeJobs } from './jobs/describe.ts';
import { listJobs } from './jobs/list.ts';
import { listQueues } from './jobs/queues.ts';
import { deleteObject } from './objects/delete-object.ts';
import { getBucket } from './objects/get-bucket.ts';
import { getObject, headObject } from './objects/get-object.ts';
import { putObject } from './objects/put-object.ts';
import { emptyReply, type Reply } from './reply.ts';
import type { Operation } from './route.ts';
import {
  createTemplate,
  deleteTemplate,
  listTemplates,
  updateTemplate,
} from './templates/template-operations.ts';

/** Every operation of the two services, by its documented name. */
export const operations: Record<Operation, (request: CloudRequest, cloud: CloudParts) => Promise<Reply>> = {
  CreateMediaJobs: createJobs,
  DescribeMediaJob: describeJobs,
  DescribeMediaJobs: listJobs,
  CancelMediaJob: cancelJobs,
  CreateMediaTemplate: createTemplate,
  DescribeMediaTemplates: listTemplates,
  UpdateMediaTemplate: updateTemplate,
  DeleteMediaTemplate: deleteTemplate,
  DescribeMediaQueues: listQueues,
  DescribeMediaBuckets: listBuckets,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  GetBucket: getBucket,
  HeadBucket: async () => emptyReply(200),
};
