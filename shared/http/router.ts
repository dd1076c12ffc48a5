import httpRouter from '@middy/http-router';
import { cutText } from '../ci/cut-text.ts';
import { InvalidField } from '../ci/invalid-field.ts';
import type { Invocation } from '../scf/invocation.ts';
import type { Handler } from './handler.ts';
import { answer, type HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';
import { Problem } from './problem.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

type Handle = (request: HttpRequest, invocation: Invocation) => Promise<HttpAnswer> | HttpAnswer;

/** Answers every method on every known path: HEAD as GET, OPTIONS with what is allowed, the rest with 405. */
export function createRouter(handlers: readonly Handler[]): Handle {
  const paths = new Set(handlers.map(({ route }) => route.path));
  const route = httpRouter<HttpRequest, HttpAnswer>({
    routes: [...paths].flatMap((path) =>
      methodsOf(
        handlers.filter((handler) => handler.route.path === path),
        path,
      ),
    ),
    notFoundResponse: ({ method, path }) => {
      const known = handlers.map(({ route }) => `${route.method} ${route.path}`).join(', ');
      throw new Problem(
        404,
        'NotFound',
        `path: expected one of ${known}; got ${cutText(`${method} ${path}`)}`,
      );
    },
  });
  return (request, invocation): Promise<HttpAnswer> => {
    if (request.httpMethod === '') {
      throw new InvalidField('event', 'an event of a Function URL, with httpMethod and path', 'another');
    }
    return route(request, invocation);
  };
}

/** A route that changes something, for whoever may: judged here, where a path has led to its route. */
function guarded({ route, handle }: Handler): Handle {
  if (route.caller !== 'writer') return handle;
  return (request, invocation) => {
    if (request.mayWrite !== true)
      throw new Problem(
        403,
        'Forbidden',
        'Authorization: expected one of API_TOKENS, got a token that only reads',
      );
    return handle(request, invocation);
  };
}

function methodsOf(own: readonly Handler[], path: string) {
  const handles = new Map<string, Handle>(own.map((handler) => [handler.route.method, guarded(handler)]));
  const get = handles.get('GET');
  if (get) handles.set('HEAD', get);
  const allow = [...handles.keys(), 'OPTIONS'].join(', ');
  handles.set('OPTIONS', () => answer(204, '', { allow }));
  const refuse = ({ httpMethod }: HttpRequest) => {
    throw new Problem(405, 'MethodNotAllowed', `method: expected ${allow}; got ${httpMethod}`, { allow });
  };
  return METHODS.map((method) => ({ method, path, handler: handles.get(method) ?? refuse }));
}
