import type { Access } from '../config.ts';
import type { HttpRequest } from './http-request.ts';
import type { HttpRun } from './http-run.ts';
import { Problem } from './problem.ts';
import { sameSecret } from './same-secret.ts';

/** Lets nobody in without a token, but for preflights and the routes that the function opens to all. */
export function authentication(access: Access, isOpen: (path: string) => boolean) {
  return {
    before: ({ event }: HttpRun) => {
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

function unauthorized(detail: string, error?: string): Problem {
  return new Problem(401, 'Unauthorized', `Authorization: ${detail}`, {
    'www-authenticate': `Bearer realm="jobwatch"${error ? `, error="${error}"` : ''}`,
  });
}
