import type { CloudParts } from '../cloud.ts';
import { checkKey } from '../objects/check-key.ts';
import { parseUrl } from '../parse-url.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import type { XmlElement } from '../xml/read-xml.ts';
import { elementOf, elementsOf, textOf } from '../xml/xml-fields.ts';
import { type Animation, readAnimation } from './animation.ts';
import { type Job, type JobOutput, outputKey } from './job.ts';
import { readSnapshot } from './snapshot.ts';
import { readTranscode } from './transcode.ts';

export type WantedJob = Omit<Job, 'JobId' | 'Seq' | 'State' | 'Code' | 'Message' | 'CreatedAt'>;

const MAX_OPERATIONS = 6;
const MAX_USER_DATA = 1024;
const TAGS = ['Animation', 'Snapshot', 'Transcode', 'MediaInfo'] as const;
type Tag = (typeof TAGS)[number];
/** What stands for the number of a picture; examples write it both ways [doc]. */
export const NUMBER = /\$\{number\}/i;
const JOB_LEVELS = ['0', '1', '2'];
const SAMPLE_JOB_ID = `j${'0'.repeat(32)}`;

/** Reads and checks a whole `<Request>` [doc]; throws the first refusal, which names its field. */
export function readJobRequest(root: XmlElement, cloud: CloudParts): WantedJob[] {
  const tag = readTag(textOf(root, 'Tag'));
  const input = textOf(elementOf(root, 'Input'), 'Object');
  if (input === undefined) throw invalidArgument('Input.Object is missing.');
  // Whether it exists is found out when the job runs [guess].
  const InputObject = input.replace(/^\//, '');
  const operations = elementsOf(root, 'Operation');
  if (tag === 'MediaInfo' && operations.length === 0) {
    return [{ Tag: tag, InputObject, QueueId: readQueue(root, cloud), ...readCallBack(root), JobLevel: 0 }];
  }
  if (operations.length < 1 || operations.length > MAX_OPERATIONS) {
    throw invalidArgument(`There are ${operations.length} Operation nodes, expected 1 to ${MAX_OPERATIONS}.`);
  }
  const shared = { Tag: tag, InputObject, QueueId: readQueue(root, cloud), ...readCallBack(root) };
  return operations.map((operation) => ({ ...shared, ...readOperation(tag, operation, cloud) }));
}

/** Documented kinds of jobs are many; those that are not done are told apart from what CI would refuse. */
function readTag(tag: string | undefined): Tag {
  const known = TAGS.find((one) => one === tag);
  if (known !== undefined) return known;
  if (tag === undefined || !/^[A-Za-z]{1,40}$/.test(tag))
    throw invalidArgument(`Tag is ${tag ?? 'missing'}.`);
  throw new ServiceError(
    501,
    'NotImplemented',
    `Tag ${tag} is not done by this local cloud, which does ${TAGS.join(', ')}; POST /_control/jobs pretends it.`,
  );
}

function readQueue(root: XmlElement, cloud: CloudParts): string {
  const id = textOf(root, 'QueueId') ?? cloud.queues.id;
  if (id !== cloud.queues.id) throw new ServiceError(404, 'QueueNotFound', `QueueId ${id} does not exist.`);
  return id;
}

function readOperation(tag: Tag, operation: XmlElement, cloud: CloudParts) {
  const made = readMake(tag, operation, cloud);
  const output = tag === 'MediaInfo' ? {} : { Output: readOutput(elementOf(operation, 'Output'), cloud) };
  const asked = { JobId: SAMPLE_JOB_ID, Tag: tag, ...output, ...made };
  checkKey(outputKey(asked), 'Operation.Output.Object');
  if (tag === 'Snapshot') checkNumbered(asked);
  const level = textOf(operation, 'JobLevel') ?? '0';
  if (!JOB_LEVELS.includes(level))
    throw invalidArgument(`Operation.JobLevel is ${level}, expected 0, 1 or 2.`);
  const userData = elementOf(operation, 'UserData')?.text ?? '';
  if (userData.length > MAX_USER_DATA || !/^[\x20-\x7e]*$/.test(userData)) {
    throw invalidArgument(
      `Operation.UserData must be printable ASCII of at most ${MAX_USER_DATA} characters.`,
    );
  }
  return { ...made, ...output, JobLevel: Number(level), ...(userData === '' ? {} : { UserData: userData }) };
}

/** Pictures that are more than one need a number in their keys [doc]. */
function checkNumbered({ Snapshot, Output }: Pick<Job, 'Snapshot' | 'Output'>): void {
  const isOne = Snapshot?.Count === '1';
  if (!isOne && !NUMBER.test(Output?.Object ?? ''))
    throw invalidArgument(`Operation.Output.Object is ${Output?.Object}, expected a key with \${number}.`);
}

type Made = Pick<WantedJob, 'TemplateId' | 'TemplateName' | 'Animation' | 'Snapshot' | 'Transcode'>;

function readMake(tag: Tag, operation: XmlElement, cloud: CloudParts): Made {
  if (tag === 'MediaInfo') return {};
  if (tag === 'Animation') return readAnimationOrTemplate(operation, cloud);
  if (textOf(operation, 'TemplateId') !== undefined)
    throw new ServiceError(
      501,
      'NotImplemented',
      `Operation.TemplateId of ${tag} is not done by this local cloud.`,
    );
  const node = elementOf(operation, tag);
  if (node === undefined) throw invalidArgument(`Operation has neither TemplateId nor ${tag}.`);
  const at = `Operation.${tag}`;
  return tag === 'Snapshot' ? { Snapshot: readSnapshot(node, at) } : { Transcode: readTranscode(node, at) };
}

/** TemplateId wins over Animation [doc], which is then not even looked at [guess]. */
function readAnimationOrTemplate(operation: XmlElement, cloud: CloudParts): Made {
  const id = textOf(operation, 'TemplateId');
  if (id !== undefined) {
    const template = cloud.templates.get(id);
    if (!template)
      throw new ServiceError(404, 'TemplateNotFound', `Operation.TemplateId ${id} does not exist.`);
    return { TemplateId: id, TemplateName: template.Name, Animation: template.Animation };
  }
  const animation = elementOf(operation, 'Animation');
  if (!animation) throw invalidArgument('Operation has neither TemplateId nor Animation.');
  const Animation: Animation = readAnimation(animation, 'Operation.Animation');
  return { Animation };
}

/** All three are required [doc]. [guess]: an output elsewhere than this bucket is NoSuchBucket. */
function readOutput(output: XmlElement | undefined, cloud: CloudParts): JobOutput {
  const Region = required(output, 'Region');
  const Bucket = required(output, 'Bucket');
  if (Bucket !== cloud.bucket || Region !== cloud.region) {
    throw new ServiceError(
      404,
      'NoSuchBucket',
      `Operation.Output.Bucket ${Bucket} in ${Region} does not exist.`,
    );
  }
  return { Region, Bucket, Object: required(output, 'Object') };
}

function required(output: XmlElement | undefined, name: string): string {
  const text = textOf(output, name);
  if (text === undefined) throw invalidArgument(`Operation.Output.${name} is missing.`);
  return text;
}

function readCallBack(root: XmlElement) {
  const url = textOf(root, 'CallBack');
  const format = textOf(root, 'CallBackFormat') ?? 'XML';
  const type = textOf(root, 'CallBackType') ?? 'Url';
  if (format !== 'XML' && format !== 'JSON')
    throw invalidArgument(`CallBackFormat is ${format}, expected XML or JSON.`);
  if (type !== 'Url' && type !== 'TDMQ')
    throw invalidArgument(`CallBackType is ${type}, expected Url or TDMQ.`);
  if (type === 'TDMQ' || url === undefined) return {};
  // Not even where the queue would say [doc].
  if (url === 'no') return { CallBack: url };
  if (!/^https?:\/\//i.test(url) || parseUrl(url) === undefined) {
    throw invalidArgument(`CallBack is ${url}, expected an http or https URL.`);
  }
  return { CallBack: url, CallBackFormat: format } as const;
}
