import type { CloudRequest } from './cloud-request.ts';
import { readBody } from './read-body.ts';
import { ServiceError } from './service-error.ts';
import { XmlSyntaxError } from './xml/decode-text.ts';
import { readXml, type XmlElement } from './xml/read-xml.ts';

/** The root of a body of COS; anything else is MalformedXML [doc]. */
export async function readCosXml(request: CloudRequest, root: string): Promise<XmlElement> {
  try {
    const found = readXml(await readBody(request.body()));
    if (found.name === root) return found;
    throw new XmlSyntaxError(`the root is <${found.name}>, expected <${root}>`);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    throw new ServiceError(
      400,
      'MalformedXML',
      `The request body is not the XML expected: ${error.message}.`,
    );
  }
}

/** The `<Request>` element of a body. No body is MissingContent, anything but XML is InvalidContent [doc: the codes]. */
export async function readRequestXml(request: CloudRequest): Promise<XmlElement> {
  const text = await readBody(request.body());
  if (text.trim() === '') throw new ServiceError(400, 'MissingContent', 'The request body is empty.');
  try {
    const root = readXml(text);
    if (root.name === 'Request') return root;
    throw new XmlSyntaxError(`the root is <${root.name}>, expected <Request>`);
  } catch (error) {
    if (!(error instanceof XmlSyntaxError)) throw error;
    throw new ServiceError(
      400,
      'InvalidContent',
      `The request body is not the XML expected: ${error.message}.`,
    );
  }
}
