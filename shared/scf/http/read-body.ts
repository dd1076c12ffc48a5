import { InvalidField } from '../../ci/invalid-field.ts';
import { xmlFromJson } from '../../ci/xml/from-json.ts';
import { parseXml, XmlError } from '../../ci/xml/parse-xml.ts';
import type { XmlElement } from '../../ci/xml/xml-node.ts';
import type { HttpRequest } from './http-request.ts';
import { Problem } from './problem.ts';

/** No request of ours is larger; the platform's own limit is 6 MB [doc]. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Lists in the XML of a request: one Operation is a list of one. */
const REQUEST_LISTS: ReadonlySet<string> = new Set(['Request.Operation']);

/** Reads CI's `<Request>`, as JSON, which has no root, or XML, by Content-Type. Throws 413, 415 or InvalidField. */
export function readBody(request: HttpRequest): XmlElement {
  const body = bodyWithin(request);
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return xmlFromJson(parseJson(body.toString('utf8')));
  if (type === 'application/xml' || type === 'text/xml') return parseRequestXml(body);
  throw new Problem(
    415,
    'UnsupportedMediaType',
    `Content-Type: expected application/json or application/xml, got ${type || 'none'}`,
  );
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

/** Throws InvalidField. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidField('body', 'JSON', error instanceof Error ? error.message : 'something else');
  }
}

function parseRequestXml(body: Buffer): XmlElement {
  try {
    return parseXml(body, { root: 'Request', maxBytes: MAX_BODY_BYTES, lists: REQUEST_LISTS });
  } catch (error) {
    if (error instanceof XmlError) throw new InvalidField('body', "CI's <Request>", error.message);
    throw error;
  }
}
