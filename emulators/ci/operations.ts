import { listBuckets, listService } from './buckets.ts';
import type { CloudParts } from './cloud.ts';
import type { CloudRequest } from './cloud-request.ts';
import { cancelJobs } from './jobs/cancel.ts';
import { createJobs } from './jobs/create.ts';
import { describeJobs } from './jobs/describe.ts';
import { listJobs } from './jobs/list.ts';
import { listQueues, updateQueue } from './jobs/queues.ts';
import { isLoopbackOrigin } from './loopback.ts';
import { getObjectAcl, putObjectAcl } from './objects/acl.ts';
import { deleteObject } from './objects/delete-object.ts';
import { deleteObjects } from './objects/delete-objects.ts';
import { getBucket } from './objects/get-bucket.ts';
import { getObject, headObject } from './objects/get-object.ts';
import {
  abortUpload,
  completeUpload,
  initiateUpload,
  listParts,
  listUploads,
  uploadPart,
} from './objects/multipart.ts';
import { postObject } from './objects/post-object.ts';
import { putObject } from './objects/put-object.ts';
import { deleteTagging, getTagging, putTagging } from './objects/tagging.ts';
import { processObject } from './process-object.ts';
import { emptyReply, type Reply } from './reply.ts';
import type { Operation } from './route.ts';
import { ServiceError } from './service-error.ts';
import {
  createTemplate,
  deleteTemplate,
  listTemplates,
  updateTemplate,
} from './templates/template-operations.ts';

/** What a page may ask is said in headers of every answer; of one that may not, COS says AccessForbidden [doc]. */
async function preflight({ headers }: CloudRequest): Promise<Reply> {
  const { origin = '' } = headers;
  if (isLoopbackOrigin(origin)) return emptyReply(200);
  throw new ServiceError(
    403,
    'AccessForbidden',
    `No CORS rule allows ${origin || 'a page without an Origin'}.`,
  );
}

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
  UpdateMediaQueue: updateQueue,
  DescribeMediaBuckets: listBuckets,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  GetBucket: getBucket,
  HeadBucket: async () => emptyReply(200),
  GetService: listService,
  ListMultipartUploads: listUploads,
  DeleteMultipleObjects: deleteObjects,
  PostObject: postObject,
  OptionsObject: preflight,
  InitiateMultipartUpload: initiateUpload,
  UploadPart: uploadPart,
  ListParts: listParts,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
  PutObjectTagging: putTagging,
  GetObjectTagging: getTagging,
  DeleteObjectTagging: deleteTagging,
  PutObjectAcl: putObjectAcl,
  GetObjectAcl: getObjectAcl,
  ProcessObject: processObject,
};
