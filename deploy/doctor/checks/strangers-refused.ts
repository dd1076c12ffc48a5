import { askHttp, at } from '../ask-http.ts';
import { type Finding, fine, wrong } from '../finding.ts';

export interface Door {
  /** the function behind it */
  readonly name: string;
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  /** how it refuses */
  readonly expected: 401 | 404;
}

const DEPLOY_AGAIN = 'Deploy again, and look at the log of the function.';

/** Knocks without a token, and with nothing in hand that could do anything. */
export async function strangersRefused(door: Door, signal: AbortSignal): Promise<Finding> {
  const { name, method, url, path, expected } = door;
  const { status } = await askHttp(method, at(url, path), signal);
  const about = `${name} at ${url.host}`;
  if (status === expected) return fine(`${about}: answers, and refuses strangers`);
  if (status < 500) {
    return wrong(
      `${about}: a request without a token was answered ${status}, expected ${expected}`,
      `Is it the address of ${name}? If so take API_AUTH away, and deploy again: strangers must be refused.`,
    );
  }
  return wrong(`${about}: answered ${status}`, DEPLOY_AGAIN);
}
