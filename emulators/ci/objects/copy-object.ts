import type { IncomingHttpHeaders } from 'node:http';
import type { CloudParts } from '../cloud.ts';
import { type CloudRequest, writerOf } from '../cloud-request.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { invalidArgument, ServiceError } from '../service-error.ts';
import { isUnchanged } from './is-unchanged.ts';
import { keptHeaders, quotedEtag } from './object-headers.ts';
import type { ObjectStore, OpenObject } from './object-store.ts';
import { readUpload } from './read-upload.ts';
import type { ObjectInfo } from './sidecar.ts';

/** PutObject with `x-cos-copy-source: <bucket>.cos.<region>.myqcloud.com/<key>` [doc]; its If-… headers are obeyed [doc]. */
export async function copyObject(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const opened = await openSource(request, cloud);
  const isReplaced = request.headers['x-cos-metadata-directive'] === 'Replaced';
  const contentType = isReplaced ? request.headers['content-type'] : opened.info.contentType;
  const headers = isReplaced ? keptHeaders(request.headers) : opened.info.headers;
  const { acl, forbidsOverwrite, tags } = readUpload(request.headers);
  const replacesTags = request.headers['x-cos-tagging-directive'] === 'Replaced';
  const kept = replacesTags ? tags : opened.info.tags;
  const upload = { contentType, headers, acl, forbidsOverwrite, tags: kept };
  const body = opened.handle.createReadStream({ start: 0 });
  const info = await cloud.objects.write(request.subject, body, upload, () => undefined);
  cloud.objectCreated(info, 'cos:ObjectCreated:Copy', writerOf(request));
  return xmlReply(200, 'CopyObjectResult', {
    ETag: quotedEtag(info),
    LastModified: new Date(info.lastModified).toISOString(),
    CRC64: info.crc64,
  });
}

/** Opens what `x-cos-copy-source` names, in whatever bucket it lies; the caller closes the handle. */
export async function openSource(request: CloudRequest, cloud: CloudParts): Promise<OpenObject> {
  const header = String(request.headers['x-cos-copy-source']);
  const { objects, key } = sourceOf(header, cloud);
  const opened = await objects.open(key);
  if (opened === undefined)
    throw new ServiceError(404, 'NoSuchKey', `The source object ${key} does not exist.`);
  try {
    checkSource(request.headers, opened.info);
    return opened;
  } catch (error) {
    await opened.handle.close();
    throw error;
  }
}

function checkSource(headers: IncomingHttpHeaders, info: ObjectInfo): void {
  const conditions = Object.fromEntries(
    ['match', 'none-match', 'modified-since', 'unmodified-since'].map((name) => [
      `if-${name}`,
      headers[`x-cos-copy-source-if-${name}`],
    ]),
  );
  if (isUnchanged(conditions, info))
    throw new ServiceError(
      412,
      'PreconditionFailed',
      'The source object does not meet x-cos-copy-source-If-….',
    );
}

function sourceOf(header: string, cloud: CloudParts): { objects: ObjectStore; key: string } {
  const [, host = '', path = '', query = ''] = /^(?:https?:\/\/)?([^/]+)\/([^?]*)(\?.*)?$/.exec(header) ?? [];
  const source = cloud.all().find(({ bucket, region }) => host.startsWith(`${bucket}.cos.${region}.`));
  if (source === undefined) {
    // An address without a bucket is the default one, as it is for requests.
    const isBare = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(host);
    if (!isBare)
      throw invalidArgument(`x-cos-copy-source is ${header}, expected an object of a bucket that is here.`);
  }
  if (query !== '')
    throw new ServiceError(
      501,
      'NotImplemented',
      `x-cos-copy-source${query} is not done by this local cloud.`,
    );
  try {
    return { objects: (source ?? cloud).objects, key: decodeURIComponent(path) };
  } catch {
    throw invalidArgument(`x-cos-copy-source is ${header}, expected a percent-encoded key.`);
  }
}
