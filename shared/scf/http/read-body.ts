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

/** Reads what CI writes, a `<Request>` unless another root is named, as JSON (which has none) or XML, by Content-Type. Throws 413, 415 or InvalidField. */
export function readBody(request: HttpRequest, root = 'Request'): XmlElement {
  if (request.body.byteLength > MAX_BODY_BYTES) {
    throw new Problem(
      413,
      'PayloadTooLarge',
      `body: expected at most ${MAX_BODY_BYTES} bytes, got ${request.body.byteLength}`,
    );
  }
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return xmlFromJson(parseJson(request.body));
  if (type === 'application/xml' || type === 'text/xml') return parseRootedXml(request.body, root);
  throw new Problem(
    415,
    'UnsupportedMediaType',
    `Content-Type: expected application/json or application/xml, got ${type || 'none'}`,
  );
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new InvalidField('body', 'JSON', error instanceof Error ? error.message : 'something else');
  }
}

function parseRootedXml(body: Buffer, root: string): XmlElement {
  try {
    return parseXml(body, { root, maxBytes: MAX_BODY_BYTES, lists: REQUEST_LISTS });
  } catch (error) {
    if (error instanceof XmlError) throw new InvalidField('body', `CI's <${root}>`, error.message);
    throw error;
  }
}
