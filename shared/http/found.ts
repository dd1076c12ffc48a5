import { show } from '../ci/invalid-field.ts';
import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import { Problem } from './problem.ts';

/** What was found, or 404. `what` is in the words of the route, such as `watch`. */
export function found(
  what: string,
  name: string,
  value: object | undefined,
  statusCode: 200 | 202 = 200,
): HttpAnswer {
  if (value === undefined)
    throw new Problem(404, 'NotFound', `${what}: expected one that is known, got ${show(name)}`);
  return jsonAnswer(statusCode, value);
}
