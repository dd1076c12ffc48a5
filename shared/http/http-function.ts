import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import type { Access } from '../access.ts';
import type { Clock } from '../clock.ts';
import type { LogLevel } from '../config.ts';
import { createLog } from '../log.ts';
import { DeadlineExceeded, TIMEOUT_MARGIN_MS } from '../scf/before-deadline.ts';
import { type Invocation, readInvocation } from '../scf/invocation.ts';
import { authentication } from './authentication.ts';
import { compression } from './compression.ts';
import { conditionalRequests } from './conditional.ts';
import type { Handler } from './handler.ts';
import type { HttpAnswer } from './http-answer.ts';
import { type HttpRequest, readHttpRequest } from './http-request.ts';
import { Problem, problems } from './problem.ts';
import { requestLog } from './request-log.ts';
import { createRouter } from './router.ts';
import { securityHeaders } from './security-headers.ts';

/** How long a browser may keep the answer to its preflight. */
const PREFLIGHT_MAX_AGE_SECONDS = 600;

export interface HttpSettings {
  readonly access: Access;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  readonly compress: boolean;
}

export type HttpFunction = (event: unknown, context: unknown) => Promise<HttpAnswer>;

/**
 * Makes a cloud function out of routes: the platform's event in, its answer out, and between them authentication,
 * RFC 9457 problems, ETags, CORS, security headers and one log line.
 */
export function httpFunction(
  handlers: readonly Handler[],
  settings: HttpSettings,
  clock: Clock,
): HttpFunction {
  // Middlewares answer in the reverse of this order: the log, first here, sees what really leaves.
  const stack = middy<HttpRequest, HttpAnswer, Error, Invocation>({
    timeoutEarlyInMillis: TIMEOUT_MARGIN_MS,
    timeoutEarlyResponse: () => {
      const late = new DeadlineExceeded();
      throw new Problem(504, late.name, late.message);
    },
  })
    .use(requestLog(clock))
    .use(securityHeaders)
    .use(crossOrigin(settings.corsOrigins))
    .use(settings.compress ? compression : [])
    .use(problems)
    .use(conditionalRequests)
    .use(authentication(settings.access, handlers))
    .handler(createRouter(handlers));
  return (event, context) =>
    stack(
      readHttpRequest(event),
      readInvocation(context, clock, (requestId) => createLog(settings.logLevel, { requestId })),
    );
}

/** CORS is done in code, not in the trigger: both at once break each other [doc]. No origin is allowed by default. */
function crossOrigin(origins: readonly string[]) {
  if (origins.length === 0) return [];
  const anyone = origins.includes('*');
  return httpCors({
    origins: [...origins],
    // Its own look-up is in a plain object, where `constructor` is found too.
    getOrigin: (origin) => (anyone ? '*' : origins.includes(origin) ? origin : ''),
    methods: 'GET, HEAD, POST, PUT, OPTIONS',
    headers: 'Authorization, Content-Type, Idempotency-Key, If-None-Match',
    exposeHeaders: 'ETag, Location, Retry-After',
    maxAge: PREFLIGHT_MAX_AGE_SECONDS,
    // With several origins the middleware says this itself.
    ...(origins.length === 1 ? { vary: 'Origin' } : {}),
  });
}
