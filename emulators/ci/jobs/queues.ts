import { createHash } from 'node:crypto';
import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { formatTime } from '../format-time.ts';
import { readPage } from '../read-page.ts';
import { parameter } from '../read-target.ts';
import { type Reply, xmlReply } from '../reply.ts';

// The queue's example sizes [doc].
const MAX_SIZE = 10_000;
const MAX_CONCURRENT = 10;
/** The queue was always there; any fixed time does. */
const QUEUE_CREATED_AT = Date.UTC(2026, 0, 1);

/** DescribeMediaQueues: the bucket's one queue, always Active [doc: the nodes]. */
export async function listQueues(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const page = readPage(request.query);
  const asked = parameter(request.query, 'queueIds')?.split(',');
  const state = parameter(request.query, 'state') ?? 'Active';
  const found = state === 'Active' && (asked?.includes(cloud.queueId) ?? true);
  return xmlReply(200, 'Response', {
    RequestId: request.id,
    TotalCount: found ? '1' : '0',
    PageNumber: String(page.number),
    PageSize: String(page.size),
    QueueList: found && page.number === 1 ? queueTree(cloud) : undefined,
    NonExistPIDs: asked?.filter((id) => id !== cloud.queueId),
  });
}

function queueTree(cloud: CloudParts) {
  return {
    QueueId: cloud.queueId,
    Name: 'queue-1',
    State: 'Active',
    NotifyConfig: { Url: '', State: 'Off', Type: '', Event: '' },
    MaxSize: String(MAX_SIZE),
    MaxConcurrent: String(MAX_CONCURRENT),
    CreateTime: formatTime(QUEUE_CREATED_AT),
    UpdateTime: formatTime(QUEUE_CREATED_AT),
    BucketId: cloud.bucket,
    Category: 'CateAll',
  };
}

/** The bucket's one queue: always the same `p` + 32 hex digits for a bucket. */
export function queueIdOf(bucket: string): string {
  return `p${createHash('md5').update(`queue of ${bucket}`).digest('hex')}`;
}
