import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../service-error.ts';
import { quotedEtag } from './object-headers.ts';
import type { ObjectInfo } from './sidecar.ts';

/** Whether a conditional GET or HEAD is answered 304; throws PreconditionFailed (412) where If-… asks for it. */
export function isUnchanged(headers: IncomingHttpHeaders, info: ObjectInfo): boolean {
  const etag = quotedEtag(info);
  const match = headers['if-match'];
  if (match !== undefined && !names(match, etag)) throw preconditionFailed('If-Match');
  const unmodifiedSince = headers['if-unmodified-since'];
  if (match === undefined && unmodifiedSince !== undefined && isModifiedSince(info, unmodifiedSince)) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined) return names(noneMatch, etag);
  const since = headers['if-modified-since'];
  return since !== undefined && !isModifiedSince(info, since);
}

function names(header: string, etag: string): boolean {
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
}

/** A date that cannot be read is ignored: it gives neither answer. */
function isModifiedSince(info: ObjectInfo, date: string): boolean {
  const since = Date.parse(date);
  return !Number.isNaN(since) && Math.floor(info.lastModified / 1000) * 1000 > since;
}

function preconditionFailed(header: string): ServiceError {
  return new ServiceError(412, 'PreconditionFailed', `The object does not meet ${header}.`);
}
