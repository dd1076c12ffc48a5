import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { readCosXml } from '../read-request-xml.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { ServiceError } from '../service-error.ts';
import { elementOf, elementsOf, textOf } from '../xml/xml-fields.ts';

/** [doc 436/8289] */
const MAX_OBJECTS = 1000;

/** DeleteMultipleObjects: what is not there counts as deleted; `Quiet` tells of failures alone [doc]. */
export async function deleteObjects(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const root = await readCosXml(request, 'Delete');
  const objects = elementsOf(root, 'Object');
  const keys = objects.map((one) => elementOf(one, 'Key')?.text ?? '');
  if (keys.length === 0 || keys.length > MAX_OBJECTS || keys.includes('')) {
    throw new ServiceError(
      400,
      'MalformedXML',
      `Delete names ${keys.length} objects, expected 1 to ${MAX_OBJECTS}, each with a Key.`,
    );
  }
  const versioned = objects.find((one) => textOf(one, 'VersionId') !== undefined);
  if (versioned !== undefined)
    throw new ServiceError(501, 'NotImplemented', 'VersionId is not done by this local cloud.');
  for (const key of keys) await cloud.objects.remove(key);
  const isQuiet = textOf(root, 'Quiet') === 'true';
  return xmlReply(200, 'DeleteResult', { Deleted: isQuiet ? undefined : keys.map((Key) => ({ Key })) });
}
