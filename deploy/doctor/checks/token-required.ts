import { askHttp, pathBelow } from '../ask-http.ts';
import { type Finding, fine, wrong } from '../finding.ts';

/** A route that answers nobody who has no token. */
export interface ProtectedRoute {
  /** the function that answers it */
  readonly name: string;
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  /** what a request without a token is answered */
  readonly expected: 401 | 404;
}

const DEPLOY_AGAIN = 'Deploy again, and look at the log of the function.';

/** Sends a request without a token and without a body: were it let in, it would change nothing. */
export async function tokenRequired(route: ProtectedRoute, signal: AbortSignal): Promise<Finding> {
  const { name, method, url, path, expected } = route;
  const { status } = await askHttp(method, pathBelow(url, path), signal);
  const about = `${name} at ${url.host}`;
  if (status === expected) return fine(`${about}: answers, and refuses requests without a token`);
  if (status < 500) {
    return wrong(
      `${about}: a request without a token was answered ${status}, expected ${expected}`,
      `Is it the address of ${name}? If so take API_AUTH away, and deploy again: such requests must be refused.`,
    );
  }
  return wrong(`${about}: answered ${status}`, DEPLOY_AGAIN);
}
