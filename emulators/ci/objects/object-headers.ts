import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectInfo } from './sidecar.ts';

const KEPT = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
  'x-cos-storage-class',
]);

/** Headers of an upload that come back with the object [doc]. */
export function keptHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && (KEPT.has(name) || name.startsWith('x-cos-meta-'))) kept[name] = value;
  }
  return kept;
}

/** Headers that tell of an object, in answers to GET and HEAD [doc]. */
export function objectHeaders(info: ObjectInfo): Record<string, string> {
  return {
    'x-cos-storage-class': 'STANDARD',
    ...info.headers,
    ...(info.tags === undefined || info.tags.length === 0
      ? {}
      : { 'x-cos-tagging-count': String(info.tags.length) }),
    'content-type': info.contentType,
    etag: quotedEtag(info),
    'last-modified': new Date(info.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-cos-hash-crc64ecma': info.crc64,
  };
}

export function quotedEtag(info: ObjectInfo): string {
  return `"${info.etag}"`;
}
