import type { CloudParts } from './cloud.ts';
import type { CloudRequest } from './cloud-request.ts';
import { formatTime } from './format-time.ts';
import { ownerOf } from './objects/get-bucket.ts';
import { readPage } from './read-page.ts';
import { parameter } from './read-target.ts';
import { type Reply, xmlReply } from './reply.ts';

const BUCKET_CREATED_AT = Date.UTC(2026, 0, 1);

/** DescribeMediaBuckets: the one bucket, with media processing set up, if it is asked for [doc 1045/72937]. */
export async function listBuckets(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const page = readPage(request.query);
  const isAsked =
    isAmong(request, 'regions', cloud.region) &&
    isAmong(request, 'bucketNames', cloud.bucket) &&
    cloud.bucket.startsWith(parameter(request.query, 'bucketName') ?? '');
  const bucket = {
    BucketId: cloud.bucket,
    Name: cloud.bucket,
    Region: cloud.region,
    CreateTime: formatTime(BUCKET_CREATED_AT),
  };
  return xmlReply(200, 'Response', {
    RequestId: request.id,
    TotalCount: isAsked ? '1' : '0',
    PageNumber: String(page.number),
    PageSize: String(page.size),
    MediaBucketList: isAsked && page.number === 1 ? bucket : undefined,
  });
}

/** GetService: every bucket there is [doc 436/8291]. */
export async function listService(_request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const account = ownerOf(cloud.bucket);
  return xmlReply(200, 'ListAllMyBucketsResult', {
    Owner: { ID: `qcs::cam::uin/${account}:uin/${account}`, DisplayName: account },
    Buckets: {
      Bucket: cloud.all().map(({ bucket, region }) => ({
        Name: bucket,
        Location: region,
        CreationDate: new Date(BUCKET_CREATED_AT).toISOString(),
        BucketType: 'cos',
      })),
    },
  });
}

/** A list that is not given asks for all; `All` stands in it for every region [doc 436/73432]. */
function isAmong({ query }: CloudRequest, name: string, own: string): boolean {
  const asked = parameter(query, name)?.split(',');
  return asked === undefined || asked.includes(own) || asked.includes('All');
}
