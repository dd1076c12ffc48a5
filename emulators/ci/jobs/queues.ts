import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { formatTime } from '../format-time.ts';
import { readPage } from '../read-page.ts';
import { readRequestXml } from '../read-request-xml.ts';
import { parameter } from '../read-target.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { ServiceError } from '../service-error.ts';
import { textOf } from '../xml/xml-fields.ts';
import { oneOf } from './read-fields.ts';

// The queue's example sizes [doc].
const MAX_SIZE = 10_000;
const MAX_CONCURRENT = 10;
/** The queue was always there; any fixed time does. */
const QUEUE_CREATED_AT = Date.UTC(2026, 0, 1);
const STATES = ['Active', 'Paused'] as const;

/** DescribeMediaQueues: the bucket's one queue, by `state` Active, Paused or All [doc: the nodes; sdk: All]. */
export async function listQueues(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const page = readPage(request.query);
  const asked = parameter(request.query, 'queueIds')?.split(',');
  const state = parameter(request.query, 'state') ?? 'All';
  const isInState = state === 'All' || state === cloud.queues.state;
  const found = isInState && (asked?.includes(cloud.queues.id) ?? true);
  return xmlReply(200, 'Response', {
    RequestId: request.id,
    TotalCount: found ? '1' : '0',
    PageNumber: String(page.number),
    PageSize: String(page.size),
    QueueList: found && page.number === 1 ? queueTree(cloud) : undefined,
    NonExistPIDs: asked?.filter((id) => id !== cloud.queues.id),
  });
}

/** UpdateMediaQueue: pauses and resumes; what else it may set is echoed as it was [doc 436/54045]. */
export async function updateQueue(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  if (request.subject !== cloud.queues.id)
    throw new ServiceError(404, 'QueueNotFound', `The queue ${request.subject} does not exist.`);
  const root = await readRequestXml(request);
  await cloud.queues.set(oneOf('State', textOf(root, 'State'), STATES), cloud.clock.now());
  return xmlReply(200, 'Response', { RequestId: request.id, Queue: queueTree(cloud) });
}

function queueTree({ queues, bucket }: CloudParts) {
  return {
    QueueId: queues.id,
    Name: 'queue-1',
    State: queues.state,
    NotifyConfig: { Url: '', State: 'Off', Type: '', Event: '' },
    MaxSize: String(MAX_SIZE),
    MaxConcurrent: String(MAX_CONCURRENT),
    CreateTime: formatTime(QUEUE_CREATED_AT),
    UpdateTime: formatTime(queues.updatedAt ?? QUEUE_CREATED_AT),
    BucketId: bucket,
    Category: 'CateAll',
  };
}
