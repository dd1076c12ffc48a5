import type { Job, JobsAnswer, JobsPage, UnreadableJob } from '../job.ts';
import { JOB_LISTS } from './job-lists.ts';
import { JOB_ID, toJob } from './job-shape.ts';
import { parseXml, type XmlShape } from './parse-xml.ts';
import { XmlError } from './xml-error.ts';
import { isElement, type XmlElement, type XmlNode } from './xml-node.ts';

/** Ten jobs with every node filled take some 30 KB; a page of a hundred some 300 KB. */
const MAX_DESCRIBE_BYTES = 1024 * 1024;
const MAX_LIST_BYTES = 8 * 1024 * 1024;

/** The largest answer a describe or a create may give, in bytes. */
export const DESCRIBE_SHAPE: XmlShape = { root: 'Response', maxBytes: MAX_DESCRIBE_BYTES, lists: JOB_LISTS };
export const LIST_SHAPE: XmlShape = { root: 'Response', maxBytes: MAX_LIST_BYTES, lists: JOB_LISTS };

export { JOB_ID } from './job-shape.ts';

/** `Animation`, `Transcode`, `Snapshot`, … */
export const JOB_TAG = /^[A-Za-z]{1,64}$/;

/**
 * Reads the answer of DescribeMediaJob or CreateMediaJobs.
 *
 * @throws XmlError unless every job has its JobId and State
 */
export function parseJobs(bytes: Uint8Array): JobsAnswer {
  const response = parseXml(bytes, DESCRIBE_SHAPE);
  return { JobsDetail: jobsOf(response), NonExistJobIds: missingIds(response['NonExistJobIds']) };
}

/**
 * Reads one page of DescribeMediaJobs; NextToken is absent at the end [doc]. A job that does not fit is told as
 * unreadable and spoils none of the others: nothing may be concluded from what is not listed.
 */
export function parseJobsPage(bytes: Uint8Array): JobsPage {
  const response = parseXml(bytes, LIST_SHAPE);
  const token = response['NextToken'] ?? '';
  if (typeof token !== 'string') throw new XmlError('NextToken: expected text');
  const JobsDetail: Job[] = [];
  const unreadable: UnreadableJob[] = [];
  for (const node of listOf(response['JobsDetail'])) {
    try {
      JobsDetail.push(toJob(node));
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      unreadable.push({ reason: error.message, userData: userDataOf(node) });
    }
  }
  return { JobsDetail, NextToken: token, ...(unreadable.length > 0 ? { unreadable } : {}) };
}

/** Whose job it is stands there, whatever else cannot be read. */
function userDataOf(node: XmlNode): string {
  const operation = isElement(node) ? node['Operation'] : undefined;
  const userData = isElement(operation) ? operation['UserData'] : undefined;
  return typeof userData === 'string' ? userData : '';
}

function jobsOf(response: XmlElement): Job[] {
  return listOf(response['JobsDetail']).map(toJob);
}

/** Documented as one String; the Go SDK reads a repeated element, and a comma list is possible: all are taken. */
function missingIds(node: XmlNode | undefined): string[] {
  const ids = listOf(node).flatMap((item) => {
    if (typeof item !== 'string') throw new XmlError('NonExistJobIds: expected text');
    return item.split(',').map((id) => id.trim());
  });
  // What is no id cannot have been asked for.
  return [...new Set(ids.filter((id) => JOB_ID.test(id)))];
}

function listOf(node: XmlNode | undefined): XmlNode[] {
  if (node === undefined || node === '') return [];
  return Array.isArray(node) ? node : [node];
}
