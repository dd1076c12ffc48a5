import type { IncomingMessage } from 'node:http';
import { isLoopbackName } from '../loopback.ts';

const LOOPBACK_ADDRESS = /^(::1|(::ffff:)?127\.)/;

/**
 * Only programs on this machine may control the service. A web page in its browser may not: it sends `Origin`, or
 * comes in under a name that was made to resolve to loopback.
 */
export function isControlAllowed({ socket, headers }: IncomingMessage): boolean {
  const isLocal =
    LOOPBACK_ADDRESS.test(socket.remoteAddress ?? '') &&
    isLoopbackName((headers.host ?? '').replace(/:\d+$/, ''));
  return isLocal && headers.origin === undefined;
}
