import type middy from '@middy/core';
import type { Invocation } from '../scf/invocation.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';

/** One request as the middlewares share it: the event, the context, and the answer or the error so far. */
export type MiddyRequest = middy.Request<HttpRequest, HttpAnswer, Error, Invocation>;
