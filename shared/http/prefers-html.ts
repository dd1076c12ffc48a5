import Negotiator from 'negotiator';
import type { HttpRequest } from './http-request.ts';

/** Whether a person with a browser asks: one that names text/html, and not who takes anything. */
export function prefersHtml({ headers: { accept = '' } }: HttpRequest): boolean {
  const named = accept.toLowerCase().includes('text/html');
  return (
    named &&
    new Negotiator({ headers: { accept } }).mediaType(['application/json', 'text/html']) === 'text/html'
  );
}
