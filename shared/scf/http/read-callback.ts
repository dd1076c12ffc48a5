import { InvalidField, show } from '../../ci/invalid-field.ts';
import { JOB_ID } from '../../ci/xml/parse-jobs.ts';
import { isElement, type XmlNode } from '../../ci/xml/xml-node.ts';
import type { HttpRequest } from './http-request.ts';
import { MAX_JOB_IDS } from './job-parameters.ts';
import { readBody } from './read-body.ts';

/**
 * The jobs that a completion callback tells of: XML, or JSON without a root; JobsDetail one or a list [doc]. A notice of
 * something else, such as a workflow, names none. Throws InvalidField.
 */
export function readCallback(request: HttpRequest): string[] {
  // Which Content-Type a callback carries is not documented: its first letter tells.
  const type = request.body.toString('utf8').trimStart().startsWith('<')
    ? 'application/xml'
    : 'application/json';
  const headers = { ...request.headers, 'content-type': type };
  const jobs = readBody({ ...request, headers }, 'Response')['JobsDetail'];
  const list: readonly XmlNode[] = jobs === undefined ? [] : Array.isArray(jobs) ? jobs : [jobs];
  const ids = list.map((job) => {
    const id = isElement(job) ? job['JobId'] : undefined;
    if (typeof id !== 'string' || !JOB_ID.test(id))
      throw new InvalidField('JobsDetail.JobId', 'a job id', show(id));
    return id;
  });
  if (ids.length > MAX_JOB_IDS)
    throw new InvalidField('JobsDetail', `at most ${MAX_JOB_IDS} jobs`, `${ids.length}`);
  return [...new Set(ids)];
}
