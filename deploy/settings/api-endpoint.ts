import { parseUrl } from '../../shared/ci/parse-url.ts';
import type { Environment } from '../../shared/environment.ts';

/** As `URL.hostname` writes this machine. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * Where the API is, if not at Tencent Cloud's own addresses.
 *
 * @throws Error when `TENCENTCLOUD_ENDPOINT` is not fit for it
 */
export function apiEndpointOf(env: Environment): URL | undefined {
  const text = env['TENCENTCLOUD_ENDPOINT'];
  if (!text) return undefined;
  const url = parseUrl(text);
  // Environments travel to it, and they hold secrets.
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url !== undefined && isSafe && url.href === `${url.origin}/`) return url;
  throw new Error(
    `TENCENTCLOUD_ENDPOINT: expected https://host[:port], or http:// for this machine alone, got ${text}`,
  );
}
