import { Problem } from './problem.ts';
import { sameSecret } from './same-secret.ts';

/** Throws 404 for a wrong token, or when none is configured: a stranger learns nothing of the route. */
export function checkCallbackToken(shown: string, configured: string | undefined): void {
  if (configured === undefined || !sameSecret(shown, configured)) {
    throw new Problem(404, 'NotFound', 'path: expected the address that was given to Cloud Infinite');
  }
}
