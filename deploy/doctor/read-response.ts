import type { WireAnswer } from '../../shared/ci/client/exchange.ts';
import { parseError } from '../../shared/ci/xml/parse-error.ts';
import { parseXml } from '../../shared/ci/xml/parse-xml.ts';
import { listsOf } from '../../shared/ci/xml/read-tree.ts';
import { isElement, type XmlElement } from '../../shared/ci/xml/xml-node.ts';

/** The elements of one name in CI's `<Response>`. @throws CiError for a refusal, XmlError for one that cannot be read */
export function elementsOf({ status, headers, body }: WireAnswer, name: string): XmlElement[] {
  if (status !== 200) {
    const requestId = headers['x-ci-request-id'];
    throw parseError({
      status,
      body,
      requestId: typeof requestId === 'string' ? requestId : undefined,
      traceId: undefined,
      dateMs: undefined,
      retryAfterMs: undefined,
    });
  }
  const lists = listsOf([`Response.${name}`]);
  const found = parseXml(body, { root: 'Response', maxBytes: body.byteLength, lists })[name];
  return Array.isArray(found) ? found.filter(isElement) : [];
}
