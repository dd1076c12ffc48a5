import type { IncomingMessage } from 'node:http';

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;
const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127\.)/;

/**
 * Only programs on this machine may control the service. A web page in its browser may not: it sends `Origin`, or
 * comes in under a name that was made to resolve to loopback.
 */
export function isControlAllowed({ socket, headers }: IncomingMessage): boolean {
  const isLocal = LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') && LOOPBACK_HOST.test(headers.host ?? '');
  return isLocal && headers.origin === undefined;
}
