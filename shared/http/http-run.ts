import type middy from '@middy/core';
import type { Invocation } from '../scf/invocation.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';

/** One request on its way through the middlewares. */
export type HttpRun = middy.Request<HttpRequest, HttpAnswer, Error, Invocation>;
