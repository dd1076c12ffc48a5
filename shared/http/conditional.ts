import { createHash } from 'node:crypto';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';
import type { MiddyRequest } from './middy-request.ts';

/** Runs last of what shapes the answer: an ETag is of the body as it leaves. */
export const conditionalRequests = {
  after: (request: MiddyRequest) => {
    if (request.response) request.response = conditional(request.event, request.response);
  },
};

/** Gives a successful answer its ETag, and answers 304 to a caller who has it already (RFC 9110 13.1.2). */
function conditional(request: HttpRequest, full: HttpAnswer): HttpAnswer {
  if (full.statusCode !== 200 || (request.httpMethod !== 'GET' && request.httpMethod !== 'HEAD')) return full;
  const etag = `"${createHash('sha256').update(full.body).digest('base64url').slice(0, 27)}"`;
  const headers = { ...full.headers, etag };
  const known = isNamed(etag, request.headers['if-none-match']);
  return known ? { ...full, headers, statusCode: 304, body: '' } : { ...full, headers };
}

/** Weak comparison: a proxy that compressed the answer has marked the tag `W/`. */
function isNamed(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  const named = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return named.includes('*') || named.includes(etag);
}
