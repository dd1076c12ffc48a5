import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { readCosXml } from '../read-request-xml.ts';
import { emptyReply, type Reply, xmlReply } from '../reply.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import { elementOf, elementsOf } from '../xml/xml-fields.ts';
import { noSuchKey } from './get-object.ts';
import type { Tag } from './sidecar.ts';

// [doc 436/42997]
const MAX_TAGS = 10;
const MAX_KEY = 127;
const MAX_VALUE = 255;

/** PUT Object tagging: the set replaces what was there [doc]. */
export async function putTagging(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const root = await readCosXml(request, 'Tagging');
  const tags = elementsOf(elementOf(root, 'TagSet'), 'Tag').map((tag) => ({
    Key: elementOf(tag, 'Key')?.text ?? '',
    Value: elementOf(tag, 'Value')?.text ?? '',
  }));
  checkTags(tags);
  if ((await cloud.objects.note(request.subject, { tags })) === undefined) throw noSuchKey(request.subject);
  return emptyReply(200);
}

/** GET Object tagging; of an object without tags an empty set [guess]. */
export async function getTagging(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const info = await cloud.objects.info(request.subject);
  if (info === undefined) throw noSuchKey(request.subject);
  return xmlReply(200, 'Tagging', {
    TagSet: { Tag: (info.tags ?? []).map(({ Key, Value }) => ({ Key, Value })) },
  });
}

export async function deleteTagging(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  if ((await cloud.objects.note(request.subject, { tags: [] })) === undefined)
    throw noSuchKey(request.subject);
  return emptyReply(204);
}

/** `x-cos-tagging: Key1=Value1&Key2=Value2`, percent-encoded [doc]. */
export function readTagHeader(header: string | string[] | undefined): Tag[] | undefined {
  if (typeof header !== 'string') return undefined;
  const tags = [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }));
  checkTags(tags);
  return tags;
}

function checkTags(tags: readonly Tag[]): void {
  if (tags.length > MAX_TAGS) {
    throw new ServiceError(400, 'BadRequest', `There are ${tags.length} tags, expected at most ${MAX_TAGS}.`);
  }
  const keys = tags.map(({ Key }) => Key);
  const twice = keys.find((key, place) => keys.indexOf(key) !== place);
  if (twice !== undefined) throw new ServiceError(400, 'InvalidTag', `The tag ${twice} is given twice.`);
  const wrong = tags.find(({ Key, Value }) => Key === '' || Key.length > MAX_KEY || Value.length > MAX_VALUE);
  if (wrong !== undefined) {
    throw invalidArgument(
      `The tag ${wrong.Key}: expected a key of 1 to ${MAX_KEY} characters and a value of at most ${MAX_VALUE}.`,
    );
  }
}
