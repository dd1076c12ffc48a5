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

/** What is read may be kept by who asks each time whether it still holds. */
const READ = 'private, no-cache';

/** 200 with the jobs, 404 with the same body when none of them exists. */
export function jobsAnswer(request: HttpRequest, jobs: JobsAnswer): HttpAnswer {
  const { JobsDetail, NonExistJobIds } = jobs;
  return represent(request, JobsDetail.length === 0 ? 404 : 200, { JobsDetail, NonExistJobIds }, READ);
}

/** 200 with one page; NextToken is '' on the last. If one job cannot be had the whole is an error, as with ids. */
export function pageAnswer(request: HttpRequest, page: JobsPage): HttpAnswer {
  const [wrong] = page.unreadable ?? [];
  if (wrong)
    throw new Problem(502, 'BadAnswer', `Cloud Infinite listed a job that cannot be read: ${wrong.reason}`);
  return represent(request, 200, { JobsDetail: page.JobsDetail, NextToken: page.NextToken }, READ);
}

/** 201 with what was submitted. */
export function createdAnswer(request: HttpRequest, jobs: JobsAnswer['JobsDetail']): HttpAnswer {
  return represent(request, 201, { JobsDetail: jobs }, 'no-store');
}

interface Jobs extends XmlElement {
  JobsDetail: Job[];
}

/** UserData is told as the submitter wrote it. */
function represent(request: HttpRequest, status: number, jobs: Jobs, cacheControl: string): HttpAnswer {
  const content = { ...jobs, JobsDetail: jobs.JobsDetail.map(withoutKey) };
  const type = preferredType(request);
  const body =
    type === 'application/json'
      ? JSON.stringify(content)
      : `<?xml version="1.0" encoding="utf-8"?>\n${writeXml('Response', content)}`;
  return answer(status, body, { 'content-type': type, 'cache-control': cacheControl, vary: 'Accept' });
}

function preferredType(request: HttpRequest): string {
  const accept = request.headers['accept'] ?? '*/*';
  return new Negotiator({ headers: { accept } }).mediaType(OFFERED) ?? 'application/json';
}
