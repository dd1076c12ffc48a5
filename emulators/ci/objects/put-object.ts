import type { CloudParts } from '../cloud.ts';
import { type CloudRequest, writerOf } from '../cloud-request.ts';
import { emptyReply, type Reply } from '../reply.ts';
import { ServiceError } from '../service-error.ts';
import { checkKey } from './check-key.ts';
import type { Checksums } from './checksum.ts';
import { copyObject } from './copy-object.ts';
import { quotedEtag } from './object-headers.ts';
import { readUpload } from './read-upload.ts';

/**
 * PutObject. `x-cos-forbid-overwrite: true` keeps what is there [doc], with 409 [guess: its code]. Official clients believe it only with a right ETag and `x-cos-hash-crc64ecma` in the answer [sdk Go].
 */
export async function putObject(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  checkKey(request.subject);
  if (request.headers['x-cos-copy-source'] !== undefined) return copyObject(request, cloud);
  const length = request.headers['content-length'];
  if (length === undefined && request.headers['transfer-encoding'] === undefined) {
    throw new ServiceError(411, 'MissingContentLength', 'The Content-Length header is missing.');
  }
  const md5 = readContentMd5(request.headers['content-md5']);
  const upload = readUpload(request.headers);
  const info = await cloud.objects.write(request.subject, request.body(), upload, (sums) =>
    checkSums(sums, md5),
  );
  cloud.objectCreated(info, 'cos:ObjectCreated:Put', writerOf(request));
  return emptyReply(200, { etag: quotedEtag(info), 'x-cos-hash-crc64ecma': info.crc64 });
}

export function readContentMd5(header: string | string[] | undefined): Buffer | undefined {
  if (header === undefined) return undefined;
  const md5 = Buffer.from(String(header), 'base64');
  if (md5.length === 16 && md5.toString('base64') === header) return md5;
  throw new ServiceError(400, 'InvalidDigest', 'The Content-MD5 header is not the base64 of an MD5.');
}

export function checkSums(sums: Checksums, md5: Buffer | undefined): void {
  if (md5 === undefined || md5.equals(sums.md5)) return;
  throw new ServiceError(400, 'BadDigest', 'The body does not match the Content-MD5 header.');
}
