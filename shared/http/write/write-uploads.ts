import { uploadAddress } from '../../objects/upload-address.ts';
import type { Instance } from '../../scf/create-instance.ts';
import { bucketOf } from '../bucket-of.ts';
import { type Handler, handler } from '../handler.ts';
import { jsonAnswer } from '../http-answer.ts';
import { Problem } from '../problem.ts';
import { createUploadRoute } from '../routes/uploads.ts';

export function writeUploads({ config, credentials, clock }: Instance): Handler[] {
  const signer = { credentials, cosEndpoint: config.cosEndpoint, nowMs: clock.now };
  return [
    handler(createUploadRoute, ({ query, body }) => {
      if (config.uploads === undefined)
        throw new Problem(403, 'UploadsOff', 'UPLOADS: expected a prefix, below which files may be uploaded');
      return jsonAnswer(201, uploadAddress(signer, bucketOf(query, config.buckets), config.uploads, body));
    }),
  ];
}
