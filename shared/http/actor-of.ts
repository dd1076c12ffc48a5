import type { HttpRequest } from './http-request.ts';

/** Whom an act is said to be done by: whoever let the request in has filled it in. */
export function actorOf({ by = '' }: HttpRequest): string {
  return by;
}
