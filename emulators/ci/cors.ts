import type { IncomingMessage } from 'node:http';
import { isLoopbackOrigin } from './loopback.ts';

/** How long a browser may remember what it was allowed. */
const MAX_AGE_SECONDS = 600;
const EXPOSED =
  'ETag, Content-Length, Content-Range, Last-Modified, Location, Retry-After, Date, x-cos-request-id, x-cos-hash-crc64ecma, x-cos-storage-class, x-ci-request-id';
const METHODS = 'GET, PUT, POST, DELETE, HEAD';

/**
 * Pages of this machine, on whatever port, may ask; a bucket's CORS rules are not done here, and this stands for one that
 * lets them. Others are told nothing, which a browser takes for a no.
 */
export function corsHeaders({ headers, method }: IncomingMessage): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined || !isLoopbackOrigin(origin)) return {};
  const asked = headers['access-control-request-headers'];
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED,
    vary: 'Origin',
    ...(method === 'OPTIONS'
      ? {
          'access-control-allow-methods': METHODS,
          'access-control-max-age': String(MAX_AGE_SECONDS),
          ...(typeof asked === 'string' ? { 'access-control-allow-headers': asked } : {}),
        }
      : {}),
  };
}
