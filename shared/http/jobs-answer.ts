import Negotiator from 'negotiator';
import type { Job, JobsAnswer, JobsPage } from '../ci/job.ts';
import { writeXml } from '../ci/xml/write-xml.ts';
import type { XmlElement } from '../ci/xml/xml-node.ts';
import { withoutKey } from '../watch/user-data.ts';
import { answer, type HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';
import { Problem } from './problem.ts';

/** JSON unless the caller prefers XML; `text/xml` is the older name of the same. */
const OFFERED = ['application/json', 'application/xml', 'text/xml'];

/** In the declaration at a document's beginning. */
const ENCODING = /^\uFEFF?<\?xml[^>]*\sencoding\s*=\s*["']([^"']*)["']/;

/** What is read may be kept by who asks each time whether it still holds. */
const READ = 'private, no-cache';

/** 200 with the jobs, 404 with the same body when none of them exists. */
export function jobsAnswer(request: HttpRequest, jobs: JobsAnswer): HttpAnswer {
  const { JobsDetail, NonExistJobIds, document } = jobs;
  const status = JobsDetail.length === 0 ? 404 : 200;
  return represent(request, status, { JobsDetail, NonExistJobIds }, READ, document);
}

/** 200 with one page; NextToken is '' on the last. If one job cannot be had the whole is an error, as with ids. */
export function pageAnswer(request: HttpRequest, page: JobsPage): HttpAnswer {
  const [wrong] = page.unreadable ?? [];
  if (wrong)
    throw new Problem(502, 'BadAnswer', `Cloud Infinite listed a job that cannot be read: ${wrong.reason}`);
  const { JobsDetail, NextToken, document } = page;
  return represent(request, 200, { JobsDetail, NextToken }, READ, document);
}

/** 201 with what was submitted. */
export function createdAnswer(request: HttpRequest, jobs: JobsAnswer['JobsDetail']): HttpAnswer {
  return represent(request, 201, { JobsDetail: jobs }, 'no-store');
}

interface Jobs extends XmlElement {
  JobsDetail: Job[];
}

/** UserData is told as the submitter wrote it. @param document that of CI, which is told as it came where it is XML that is asked for */
function represent(
  request: HttpRequest,
  status: number,
  jobs: Jobs,
  cacheControl: string,
  document?: Uint8Array,
): HttpAnswer {
  const content = { ...jobs, JobsDetail: jobs.JobsDetail.map(withoutKey) };
  const type = preferredType(request);
  const isUnchanged = content.JobsDetail.every((job, index) => job === jobs.JobsDetail[index]);
  const body =
    type === 'application/json'
      ? JSON.stringify(content)
      : ((isUnchanged ? asItCame(document) : undefined) ?? writeDocument(content));
  return answer(status, body, { 'content-type': type, 'cache-control': cacheControl, vary: 'Accept' });
}

/** Undefined for a document that says of itself that it is written otherwise than it is. */
function asItCame(document: Uint8Array | undefined): string | undefined {
  const text = document && Buffer.from(document).toString();
  const [, encoding = 'utf-8'] = ENCODING.exec(text ?? '') ?? [];
  return encoding.toLowerCase() === 'utf-8' ? text : undefined;
}

function writeDocument(content: Jobs): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${writeXml('Response', content)}`;
}

function preferredType(request: HttpRequest): string {
  const accept = request.headers['accept'] ?? '*/*';
  return new Negotiator({ headers: { accept } }).mediaType(OFFERED) ?? 'application/json';
}
