import httpRouter from '@middy/http-router';
import { cutText } from '../ci/cut-text.ts';
import { InvalidField } from '../ci/invalid-field.ts';
import type { Invocation } from '../scf/invocation.ts';
import { answer, type HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';
import { Problem } from './problem.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export type Handle = (request: HttpRequest, invocation: Invocation) => HttpAnswer | Promise<HttpAnswer>;

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** such as `/jobs/{ids}` */
  readonly path: string;
  readonly handle: Handle;
  /** answers without a token */
  readonly open?: boolean;
}

/** Answers every method on every known path: HEAD as GET, OPTIONS with what is allowed, the rest with 405. */
export function createRouter(routes: readonly Route[]) {
  const paths = new Set(routes.map((route) => route.path));
  const route = httpRouter<HttpRequest, HttpAnswer>({
    routes: [...paths].flatMap((path) =>
      routesOf(
        routes.filter((route) => route.path === path),
        path,
      ),
    ),
    notFoundResponse: ({ method, path }) => {
      const known = routes.map((route) => `${route.method} ${route.path}`).join(', ');
      throw new Problem(
        404,
        'NotFound',
        `path: expected one of ${known}; got ${cutText(`${method} ${path}`)}`,
      );
    },
  });
  return (request: HttpRequest, invocation: Invocation): Promise<HttpAnswer> => {
    if (request.httpMethod === '') {
      throw new InvalidField('event', 'an event of a Function URL, with httpMethod and path', 'another');
    }
    return route(request, invocation);
  };
}

function routesOf(own: readonly Route[], path: string) {
  const handles = new Map<string, Handle>(own.map((route) => [route.method, route.handle]));
  const get = handles.get('GET');
  if (get) handles.set('HEAD', get);
  const allow = [...handles.keys(), 'OPTIONS'].join(', ');
  handles.set('OPTIONS', () => answer(204, '', { allow }));
  const refuse = ({ httpMethod }: HttpRequest) => {
    throw new Problem(405, 'MethodNotAllowed', `method: expected ${allow}; got ${httpMethod}`, { allow });
  };
  return METHODS.map((method) => ({ method, path, handler: handles.get(method) ?? refuse }));
}
