import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import { Problem } from './problem.ts';

/** 200 with what was found, or 404. `what` is in the words of the route, such as `watch`. */
export function found(what: string, name: string | undefined, value: object | undefined): HttpAnswer {
  if (value === undefined)
    throw new Problem(404, 'NotFound', `${what}: expected one that is known, got ${name}`);
  return jsonAnswer(200, value);
}
