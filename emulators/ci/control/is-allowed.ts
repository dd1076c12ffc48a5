import type { IncomingMessage } from 'node:http';
import { isLoopbackName } from '../loopback.ts';

const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127\.)/;

/**
 * Only programs on this machine and the service's own page may control it. Another web page may not: it sends `Origin`
 * or, where that is left out, what `Sec-Fetch-Site` says; or it comes in under a name that was made to resolve to loopback.
 */
export function isControlAllowed({ socket, headers }: IncomingMessage): boolean {
  const { host = '', origin } = headers;
  const isLocal =
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && isLoopbackName(host.replace(/:\d+$/, ''));
  const site = headers['sec-fetch-site'] ?? 'none';
  const isOwn = site === 'none' || site === 'same-origin';
  return isLocal && isOwn && (origin === undefined || origin === `http://${host}`);
}
