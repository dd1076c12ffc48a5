import type { CloudParts } from '../cloud.ts';
import { type CloudRequest, writerOf } from '../cloud-request.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import { keptHeaders, quotedEtag } from './object-headers.ts';

/** PutObject with `x-cos-copy-source: <bucket>.cos.<region>.myqcloud.com/<key>` [doc]; within the one bucket only. */
export async function copyObject(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const source = sourceKey(String(request.headers['x-cos-copy-source']), cloud);
  const opened = await cloud.objects.open(source);
  if (opened === undefined)
    throw new ServiceError(404, 'NoSuchKey', `The source object ${source} does not exist.`);
  const isReplaced = request.headers['x-cos-metadata-directive'] === 'Replaced';
  const contentType = isReplaced ? request.headers['content-type'] : opened.info.contentType;
  const headers = isReplaced ? keptHeaders(request.headers) : opened.info.headers;
  const body = opened.handle.createReadStream({ start: 0 });
  const info = await cloud.objects.write(request.subject, body, { contentType, headers }, () => undefined);
  cloud.objectCreated(info, 'cos:ObjectCreated:Copy', writerOf(request));
  return xmlReply(200, 'CopyObjectResult', {
    ETag: quotedEtag(info),
    LastModified: new Date(info.lastModified).toISOString(),
    CRC64: info.crc64,
  });
}

function sourceKey(header: string, cloud: CloudParts): string {
  const [, host = '', path = ''] = /^(?:https?:\/\/)?([^/]+)\/(.*)$/.exec(header) ?? [];
  if (!host.startsWith(`${cloud.bucket}.cos.${cloud.region}.`)) {
    throw invalidArgument(`x-cos-copy-source is ${header}, expected an object of bucket ${cloud.bucket}.`);
  }
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidArgument(`x-cos-copy-source is ${header}, expected a percent-encoded key.`);
  }
}
