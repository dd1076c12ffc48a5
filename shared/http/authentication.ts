import { createHash, timingSafeEqual } from 'node:crypto';
import type { Access, Token } from '../access.ts';
import type { Handler } from './handler.ts';
import type { HttpRequest } from './http-request.ts';
import type { MiddyRequest } from './middy-request.ts';
import { Problem } from './problem.ts';

/** Who is let in where no token is asked for: acts are said to be done by `local`. */
const ANYBODY = { name: 'local', mayWrite: true };

/**
 * Lets nobody in without a token, but for preflights and the routes that are for anyone, and notes who asks. What a token
 * that only reads may not do is refused by the router, which alone knows the route that a path leads to.
 */
export function authentication(access: Access, handlers: readonly Handler[]) {
  const routes = handlers.map(({ route }) => ({ ...route, form: pathForm(route.path) }));
  const canWrite = routes.some(({ caller }) => caller === 'writer');

  function isForAnyone({ httpMethod, path }: HttpRequest): boolean {
    const method = httpMethod === 'HEAD' ? 'GET' : httpMethod;
    const ofPath = routes.filter(({ form }) => form.test(path));
    return (ofPath.find((route) => route.method === method) ?? ofPath[0])?.caller === 'anyone';
  }

  return {
    before: (run: MiddyRequest) => {
      if (run.event.httpMethod === 'OPTIONS' || isForAnyone(run.event)) return;
      const { name, mayWrite } = access.open ? ANYBODY : tokenOf(run.event, access.tokens);
      run.event = { ...run.event, by: name, mayWrite: mayWrite && canWrite };
    },
  };
}

/**
 * The token that a request shows: several may be valid, so that they can be rotated.
 *
 * @throws Problem 401 for none or an unknown one
 */
function tokenOf(request: HttpRequest, tokens: readonly Token[]): Token {
  const [, shown] = /^Bearer +(\S+)$/i.exec(request.headers['authorization'] ?? '') ?? [];
  if (shown === undefined) throw unauthorized('expected Authorization: Bearer <token>');
  // Every token is compared, so that the time taken does not tell which one came near.
  const [token] = tokens.filter(({ secret }) => sameSecret(shown, secret));
  if (token === undefined) throw unauthorized('the token is not one of those configured', 'invalid_token');
  return token;
}

/** Throws 404 for a wrong token, or when none is configured: only whoever has it learns that the route is there. */
export function checkCallbackToken(shown: string, configured: string | undefined): void {
  if (configured === undefined || !sameSecret(shown, configured)) {
    throw new Problem(404, 'NotFound', 'path: expected the address that was given to Cloud Infinite');
  }
}

function unauthorized(detail: string, error?: string): Problem {
  return new Problem(401, 'Unauthorized', `Authorization: ${detail}`, {
    'www-authenticate': `Bearer realm="jobwatch"${error ? `, error="${error}"` : ''}`,
  });
}

function pathForm(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
}

/** Compares digests of equal length: the time taken tells nothing of where two secrets differ. */
function sameSecret(shown: string, known: string): boolean {
  return timingSafeEqual(digest(shown), digest(known));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
