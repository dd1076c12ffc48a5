import { cutText } from '../ci/cut-text.ts';
import { InvalidField, shapeOf, show } from '../ci/invalid-field.ts';
import { xmlFromJson } from '../ci/xml/from-json.ts';
import { parseXml } from '../ci/xml/parse-xml.ts';
import { listsOf } from '../ci/xml/read-tree.ts';
import { XmlError } from '../ci/xml/xml-error.ts';
import type { XmlElement } from '../ci/xml/xml-node.ts';
import type { HttpRequest } from './http-request.ts';
import { Problem } from './problem.ts';

/** No request of ours is larger; the platform's own limit is 6 MB [doc]. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Lists in the XML of a request: one Operation is a list of one. */
const REQUEST_LISTS = listsOf(['Request.Operation']);

/** Reads CI's `<Request>`, as JSON, which has no root, or XML, by Content-Type. Throws 413, 415 or InvalidField. */
export function readBody(request: HttpRequest): XmlElement {
  const body = bodyWithin(request);
  const type = contentTypeOf(request);
  if (type === 'application/json') return withoutRoot(xmlFromJson(parseJson(body.toString('utf8'))));
  if (type === 'application/xml' || type === 'text/xml') return parseRequestXml(body);
  throw unsupported('application/json or application/xml', type);
}

/** Reads JSON and nothing else. @throws InvalidField, Problem 413 or 415 */
export function readJsonBody(request: HttpRequest): unknown {
  const body = bodyWithin(request);
  const type = contentTypeOf(request);
  if (type === 'application/json') return withoutRoot(parseJson(body.toString('utf8')));
  throw unsupported('application/json', type);
}

/** The body, unless it is too large: that is 413. */
export function bodyWithin(request: HttpRequest): Buffer {
  if (request.body.byteLength > MAX_BODY_BYTES) {
    throw new Problem(
      413,
      'PayloadTooLarge',
      `body: expected at most ${MAX_BODY_BYTES} bytes, got ${request.body.byteLength}`,
    );
  }
  return request.body;
}

function contentTypeOf({ headers }: HttpRequest): string {
  return (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function unsupported(expected: string, type: string): Problem {
  return new Problem(
    415,
    'UnsupportedMediaType',
    `Content-Type: expected ${expected}, got ${cutText(type || 'none')}`,
  );
}

/** @throws InvalidField */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidField('body', 'JSON', text === '' ? show(undefined) : shapeOf(text));
  }
}

/** Whoever turns CI's XML into JSON keeps its root, which would hide everything below it. */
function withoutRoot<Body>(body: Body): Body {
  if (typeof body === 'object' && body !== null && 'Request' in body && typeof body.Request === 'object') {
    throw new InvalidField('Request', 'unknown; JSON has no root: what is in Request belongs at the top');
  }
  return body;
}

function parseRequestXml(body: Buffer): XmlElement {
  try {
    return parseXml(body, { root: 'Request', maxBytes: MAX_BODY_BYTES, lists: REQUEST_LISTS });
  } catch (error) {
    if (error instanceof XmlError) throw new InvalidField('body', error.message);
    throw error;
  }
}
