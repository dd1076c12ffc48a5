import { InvalidField, show } from '../ci/invalid-field.ts';
import { JOB_ID } from '../ci/xml/parse-jobs.ts';
import type { HttpRequest } from './http-request.ts';
import { MAX_JOB_IDS } from './parameters.ts';
import { bodyWithin, parseJson } from './read-body.ts';

/** All of an XML notice: one that was cut off is none. */
const RESPONSE = /^\s*(?:<\?xml[^>]*>\s*)?<Response(?:\s[^>]*)?(?:\/>|>[\s\S]*<\/Response>)\s*$/;
const JOB_ID_ELEMENT = /<JobId>\s*([\w-]{1,64})\s*<\/JobId>/g;

/**
 * The jobs that a completion callback tells of: XML, or JSON, which has no root, with JobsDetail one or a list [doc].
 * Nothing but ids is read, and the first 100 of them: a notice makes us ask CI, and whatever else it says, in whatever
 * form, must not keep us from that. A notice of something else, such as a workflow, names none.
 *
 * @throws InvalidField for what is neither XML nor JSON, and 413
 */
export function readCallback(request: HttpRequest): string[] {
  const text = bodyWithin(request)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  // Which Content-Type a callback carries is not documented: its first letter tells.
  const ids = text.trimStart().startsWith('<') ? idsInXml(text) : idsInJson(parseJson(text));
  return [...new Set(ids)].slice(0, MAX_JOB_IDS);
}

function idsInXml(text: string): string[] {
  if (!RESPONSE.test(text)) throw new InvalidField('body', "CI's <Response>", show(text));
  return [...text.matchAll(JOB_ID_ELEMENT)].flatMap(([, id]) => (isJobId(id) ? [id] : []));
}

function idsInJson(notice: unknown): string[] {
  return oneOrMore(memberOf(memberOf(notice, 'Response') ?? notice, 'JobsDetail'))
    .flatMap((job) => oneOrMore(memberOf(job, 'JobId')))
    .filter(isJobId);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function oneOrMore(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isJobId(id: unknown): id is string {
  return typeof id === 'string' && JOB_ID.test(id);
}
