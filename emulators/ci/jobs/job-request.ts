import type { CloudParts } from '../cloud.ts';
import { checkKey } from '../objects/check-key.ts';
import { parseUrl } from '../parse-url.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import type { XmlElement } from '../xml/read-xml.ts';
import { elementOf, elementsOf, textOf } from '../xml/xml-fields.ts';
import { type Animation, readAnimation } from './animation.ts';
import { type Job, type JobOutput, outputKey } from './job.ts';

export type WantedJob = Omit<Job, 'JobId' | 'Seq' | 'State' | 'Code' | 'Message' | 'CreatedAt'>;

const MAX_OPERATIONS = 6;
const MAX_USER_DATA = 1024;
const JOB_LEVELS = ['0', '1', '2'];
const SAMPLE_JOB_ID = `j${'0'.repeat(32)}`;

/** Reads and checks a whole `<Request>` [doc]; throws the first refusal, which names its field. */
export function readJobRequest(root: XmlElement, cloud: CloudParts): WantedJob[] {
  const tag = textOf(root, 'Tag');
  // Other tags exist in the service; this one makes animated images only.
  if (tag !== 'Animation') throw invalidArgument(`Tag is ${tag ?? 'missing'}, expected Animation.`);
  const input = textOf(elementOf(root, 'Input'), 'Object');
  if (input === undefined) throw invalidArgument('Input.Object is missing.');
  // Whether it exists is found out when the job runs [guess].
  const InputObject = input.replace(/^\//, '');
  const operations = elementsOf(root, 'Operation');
  if (operations.length < 1 || operations.length > MAX_OPERATIONS) {
    throw invalidArgument(`There are ${operations.length} Operation nodes, expected 1 to ${MAX_OPERATIONS}.`);
  }
  const QueueId = textOf(root, 'QueueId') ?? cloud.queueId;
  if (QueueId !== cloud.queueId)
    throw new ServiceError(404, 'QueueNotFound', `QueueId ${QueueId} does not exist.`);
  const shared = { Tag: tag, InputObject, QueueId, ...readCallBack(root) };
  return operations.map((operation) => ({ ...shared, ...readOperation(operation, cloud) }));
}

function readOperation(operation: XmlElement, cloud: CloudParts) {
  const made = readMake(operation, cloud);
  const Output = readOutput(elementOf(operation, 'Output'), cloud);
  checkKey(outputKey({ JobId: SAMPLE_JOB_ID, Output, Animation: made.Animation }), 'Operation.Output.Object');
  const level = textOf(operation, 'JobLevel') ?? '0';
  if (!JOB_LEVELS.includes(level))
    throw invalidArgument(`Operation.JobLevel is ${level}, expected 0, 1 or 2.`);
  const userData = elementOf(operation, 'UserData')?.text ?? '';
  if (userData.length > MAX_USER_DATA || !/^[\x20-\x7e]*$/.test(userData)) {
    throw invalidArgument(
      `Operation.UserData must be printable ASCII of at most ${MAX_USER_DATA} characters.`,
    );
  }
  return { ...made, Output, JobLevel: Number(level), ...(userData === '' ? {} : { UserData: userData }) };
}

/** TemplateId wins over Animation [doc], which is then not even looked at [guess]. */
function readMake(operation: XmlElement, cloud: CloudParts) {
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
  if (!/^https?:\/\//i.test(url) || parseUrl(url) === undefined) {
    throw invalidArgument(`CallBack is ${url}, expected an http or https URL.`);
  }
  return { CallBack: url, CallBackFormat: format } as const;
}
