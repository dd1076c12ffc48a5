import type { CloudParts } from './cloud.ts';
import type { CloudRequest } from './cloud-request.ts';
import { formatTime } from './format-time.ts';
import { readPage } from './read-page.ts';
import { type Reply, xmlReply } from './reply.ts';

const BUCKET_CREATED_AT = Date.UTC(2026, 0, 1);

/** DescribeMediaBuckets: the one bucket, with media processing set up [doc: the nodes]. */
export async function listBuckets(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const page = readPage(request.query);
  const bucket = {
    BucketId: cloud.bucket,
    Name: cloud.bucket,
    Region: cloud.region,
    CreateTime: formatTime(BUCKET_CREATED_AT),
  };
  return xmlReply(200, 'Response', {
    RequestId: request.id,
    TotalCount: '1',
    PageNumber: String(page.number),
    PageSize: String(page.size),
    MediaBucketList: page.number === 1 ? bucket : undefined,
  });
}
