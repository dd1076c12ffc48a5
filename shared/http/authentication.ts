import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access } from '../config.ts';
import type { HttpRequest } from './http-request.ts';
import type { MiddyRequest } from './middy-request.ts';
import { Problem } from './problem.ts';

/** Lets nobody in without a token, but for preflights and the routes that the function opens to all. */
export function authentication(access: Access, isOpen: (path: string) => boolean) {
  return {
    before: ({ event }: MiddyRequest) => {
      if (event.httpMethod !== 'OPTIONS' && !isOpen(event.path)) checkBearer(event, access);
    },
  };
}

/** Throws 401 unless the request shows one of the tokens: several may be valid, so that they can be rotated. */
function checkBearer(request: HttpRequest, access: Access): void {
  if (access.open) return;
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  if (token === undefined) throw unauthorized('expected Authorization: Bearer <token>');
  // Every token is compared, so that the time taken does not tell which one came near.
  const matches = access.tokens.filter((known) => sameSecret(token, known));
  if (matches.length === 0) throw unauthorized('the token is not one of those configured', 'invalid_token');
}

/** Throws 404 for a wrong token, or when none is configured: only whoever has it learns that the route is there. */
export function checkCallbackToken(request: HttpRequest, configured: string | undefined): void {
  const shown = request.pathParameters?.['token'] ?? '';
  if (configured === undefined || !sameSecret(shown, configured)) {
    throw new Problem(404, 'NotFound', 'path: expected the address that was given to Cloud Infinite');
  }
}

function unauthorized(detail: string, error?: string): Problem {
  return new Problem(401, 'Unauthorized', `Authorization: ${detail}`, {
    'www-authenticate': `Bearer realm="jobwatch"${error ? `, error="${error}"` : ''}`,
  });
}

/** Compares digests of equal length: the time taken tells nothing of where two secrets differ. */
function sameSecret(shown: string, known: string): boolean {
  return timingSafeEqual(digest(shown), digest(known));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
