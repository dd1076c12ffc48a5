import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { emptyReply, type Reply } from '../reply.ts';
import { ServiceError } from '../service-error.ts';
import { isUnchanged } from './is-unchanged.ts';
import { objectHeaders } from './object-headers.ts';
import { readRange } from './read-range.ts';

/** GetObject, with Range and the conditional headers; `response-content-type` and its like override [doc]. */
export async function getObject(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const opened = await cloud.objects.open(request.subject);
  if (opened === undefined) throw noSuchKey(request.subject);
  const { info, handle } = opened;
  let body: Reply['body'];
  try {
    if (isUnchanged(request.headers, info)) return emptyReply(304, objectHeaders(info));
    const range = info.size === 0 ? undefined : readRange(request.headers.range, info.size);
    const { start, end } = range ?? { start: 0, end: info.size - 1 };
    const headers: Record<string, string> = {
      ...objectHeaders(info),
      ...overrides(request.query),
      'content-length': String(end - start + 1),
    };
    if (info.size === 0) return { status: 200, headers };
    if (range) headers['content-range'] = `bytes ${start}-${end}/${info.size}`;
    body = handle.createReadStream({ start, end });
    return { status: range ? 206 : 200, headers, body };
  } finally {
    if (body === undefined) await handle.close();
  }
}

export async function headObject(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const info = await cloud.objects.info(request.subject);
  if (info === undefined) throw noSuchKey(request.subject);
  if (isUnchanged(request.headers, info)) return emptyReply(304, objectHeaders(info));
  return { status: 200, headers: { ...objectHeaders(info), 'content-length': String(info.size) } };
}

export function noSuchKey(key: string): ServiceError {
  return new ServiceError(404, 'NoSuchKey', `The object ${key} does not exist.`);
}

function overrides(query: URLSearchParams): Record<string, string> {
  const names = ['content-type', 'content-disposition', 'cache-control', 'content-language', 'expires'];
  const given = names.flatMap((name) => {
    const value = query.get(`response-${name}`);
    return value && /^[\x20-\x7e]*$/.test(value) ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}
