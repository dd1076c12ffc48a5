import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { emptyReply, type Reply } from '../reply.ts';

/** DeleteObject: 204, whether or not it was there [doc]. */
export async function deleteObject(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  await cloud.objects.remove(request.subject);
  return emptyReply(204);
}
