import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * @param wanted 0 for any
 * @returns a port of 127.0.0.1 on which nobody listens now
 * @throws the system's error when the wanted port is taken or not ours to take
 */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  server.listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('Expected a TCP address');
  return address.port;
}
