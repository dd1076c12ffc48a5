import type { Job, JobsAnswer, JobsPage } from '../job.ts';
import { parseXml, XmlError, type XmlShape } from './parse-xml.ts';
import { isElement, type XmlElement, type XmlNode } from './xml-node.ts';

/** Ten jobs with every node filled take some 30 KB; a page of a hundred some 300 KB. */
const MAX_DESCRIBE_BYTES = 1024 * 1024;
const MAX_LIST_BYTES = 8 * 1024 * 1024;

const LISTS: ReadonlySet<string> = new Set([
  'Response.JobsDetail',
  'Response.NonExistJobIds',
  'Response.JobsDetail.Operation.MediaResult.OutputFile.ObjectName',
  'Response.JobsDetail.Operation.MediaResult.OutputFile.Md5Info',
]);

/** The largest answer a describe or a create may give, in bytes. */
export const DESCRIBE_SHAPE: XmlShape = { root: 'Response', maxBytes: MAX_DESCRIBE_BYTES, lists: LISTS };
export const LIST_SHAPE: XmlShape = { root: 'Response', maxBytes: MAX_LIST_BYTES, lists: LISTS };

/** Media jobs are `j` and 32 hex digits; other services use other prefixes [doc]. */
export const JOB_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** `Animation`, `Transcode`, `Snapshot`, … */
export const JOB_TAG = /^[A-Za-z]{1,64}$/;

const SCALARS = [
  'Code',
  'Message',
  'Tag',
  'Progress',
  'CreationTime',
  'StartTime',
  'EndTime',
  'QueueId',
] as const;
const ELEMENTS = ['Input', 'Operation', 'Workflow'] as const;

/** Reads the answer of DescribeMediaJob or CreateMediaJobs. Throws XmlError unless every job has its JobId and State. */
export function parseJobs(bytes: Uint8Array): JobsAnswer {
  const response = parseXml(bytes, DESCRIBE_SHAPE);
  return { JobsDetail: jobsOf(response), NonExistJobIds: missingIds(response['NonExistJobIds']) };
}

/** Reads one page of DescribeMediaJobs; NextToken is absent at the end [doc]. */
export function parseJobsPage(bytes: Uint8Array): JobsPage {
  const response = parseXml(bytes, LIST_SHAPE);
  const token = response['NextToken'] ?? '';
  if (typeof token !== 'string') throw new XmlError('NextToken: expected text');
  return { JobsDetail: jobsOf(response), NextToken: token };
}

function jobsOf(response: XmlElement): Job[] {
  return listOf(response['JobsDetail']).map((node) => toJob(node));
}

/** Narrows one JobsDetail: the nodes we act on have the documented kind, whatever else it holds is kept. */
function toJob(node: XmlNode): Job {
  if (!isElement(node)) throw new XmlError('JobsDetail: expected elements, got text');
  const JobId = node['JobId'];
  const State = node['State'];
  if (typeof JobId !== 'string' || !JOB_ID.test(JobId)) throw new XmlError(`JobId: expected ${JOB_ID}`);
  if (typeof State !== 'string' || State === '') throw new XmlError(`State of ${JobId}: expected a word`);
  const job: XmlElement = { ...node };
  for (const name of SCALARS) {
    if (typeof (job[name] ?? '') !== 'string') throw new XmlError(`${name} of ${JobId}: expected text`);
  }
  for (const name of ELEMENTS) {
    if (job[name] === '') job[name] = {};
    if (!isElement(job[name] ?? {})) throw new XmlError(`${name} of ${JobId}: expected one element`);
  }
  return { ...job, JobId, State };
}

/** Documented as one String; the Go SDK reads a repeated element, and a comma list is possible: all are taken. */
function missingIds(node: XmlNode | undefined): string[] {
  const ids = listOf(node).flatMap((item) => {
    if (typeof item !== 'string') throw new XmlError('NonExistJobIds: expected text');
    return item.split(',').map((id) => id.trim());
  });
  return [...new Set(ids.filter((id) => id !== ''))];
}

function listOf(node: XmlNode | undefined): XmlNode[] {
  if (node === undefined || node === '') return [];
  return Array.isArray(node) ? node : [node];
}
