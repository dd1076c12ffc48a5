import { type HttpAnswer, jsonAnswer } from './http-answer.ts';
import { Problem } from './problem.ts';

/** 200 with what was found, or 404. */
export function found(id: string, value: object | undefined): HttpAnswer {
  if (value === undefined)
    throw new Problem(404, 'NotWatched', `id: expected a job that is watched, got ${id}`);
  return jsonAnswer(200, value);
}
