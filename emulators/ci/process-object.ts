import type { CloudParts } from './cloud.ts';
import type { CloudRequest } from './cloud-request.ts';
import type { Reply } from './reply.ts';
import { ServiceError } from './service-error.ts';

/** GET with `ci-process`: what CI makes of an object while it is fetched. */
export async function processObject(request: CloudRequest, _cloud: CloudParts): Promise<Reply> {
  const asked = request.query.get('ci-process') ?? '';
  throw new ServiceError(501, 'NotImplemented', `ci-process=${asked} is not done by this local cloud.`);
}
