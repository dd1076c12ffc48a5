import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { formatTime } from '../format-time.ts';
import { parseUrl } from '../parse-url.ts';
import { readPage } from '../read-page.ts';
import { readRequestXml } from '../read-request-xml.ts';
import { parameter } from '../read-target.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import type { XmlElement } from '../xml/read-xml.ts';
import { elementOf, textOf } from '../xml/xml-fields.ts';
import type { QueueNotice } from './queue.ts';
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
  const state = oneOf('State', textOf(root, 'State'), STATES);
  await cloud.queues.set(state, readNotice(root, cloud.queues.notice), cloud.clock.now());
  return xmlReply(200, 'Response', { RequestId: request.id, Queue: queueTree(cloud) });
}

/** What is not named stays as it was [guess]. */
function readNotice(root: XmlElement, before: QueueNotice | undefined): QueueNotice | undefined {
  const config = elementOf(root, 'NotifyConfig');
  if (config === undefined) return before;
  if (oneOf('NotifyConfig.State', textOf(config, 'State') ?? 'Off', ['On', 'Off']) === 'Off')
    return undefined;
  const url = textOf(config, 'Url') ?? '';
  if (!/^https?:\/\//i.test(url) || parseUrl(url) === undefined)
    throw invalidArgument(`NotifyConfig.Url is ${url || 'missing'}, expected an http or https URL.`);
  const format = oneOf('NotifyConfig.ResultFormat', textOf(config, 'ResultFormat') ?? 'XML', ['XML', 'JSON']);
  return { url, format };
}

function queueTree({ queues, bucket }: CloudParts) {
  return {
    QueueId: queues.id,
    Name: 'queue-1',
    State: queues.state,
    NotifyConfig:
      queues.notice === undefined
        ? { Url: '', State: 'Off', Type: '', Event: '' }
        : {
            Url: queues.notice.url,
            State: 'On',
            Type: 'Url',
            Event: 'TaskFinish',
            ResultFormat: queues.notice.format,
          },
    MaxSize: String(MAX_SIZE),
    MaxConcurrent: String(MAX_CONCURRENT),
    CreateTime: formatTime(QUEUE_CREATED_AT),
    UpdateTime: formatTime(queues.updatedAt ?? QUEUE_CREATED_AT),
    BucketId: bucket,
    Category: 'CateAll',
  };
}
