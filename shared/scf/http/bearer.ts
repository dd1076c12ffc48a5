import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access } from '../../config.ts';
import type { HttpRequest } from './http-request.ts';
import { Problem } from './problem.ts';
import type { Run } from './run.ts';

/** Lets nobody in without a token, but for preflights and the routes that the function opens to all. */
export function authentication(access: Access, openPaths: ReadonlySet<string>) {
  return {
    before: ({ event }: Run) => {
      if (event.httpMethod !== 'OPTIONS' && !openPaths.has(event.path)) checkBearer(event, access);
    },
  };
}

/** Throws 401 unless the request shows one of the tokens: several may be valid, so that they can be rotated. */
function checkBearer(request: HttpRequest, access: Access): void {
  if (access.open) return;
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  if (token === undefined) throw unauthorized('expected Authorization: Bearer <token>');
  // Every token is compared, by digests of equal length: the time taken tells nothing.
  const shown = digest(token);
  const matches = access.tokens.filter((known) => timingSafeEqual(digest(known), shown));
  if (matches.length === 0) throw unauthorized('the token is not one of those configured', 'invalid_token');
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function unauthorized(detail: string, error?: string): Problem {
  return new Problem(401, 'Unauthorized', `Authorization: ${detail}`, {
    'www-authenticate': `Bearer realm="jobwatch"${error ? `, error="${error}"` : ''}`,
  });
}
