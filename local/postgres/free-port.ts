import { once } from 'node:events';
import { createServer } from 'node:net';
import { errorCode } from '../../shared/ci/error-code.ts';
import { StartError } from '../start-error.ts';

/**
 * @param wanted 0 for any
 * @returns a port of 127.0.0.1 on which nobody listens now
 * @throws StartError when the wanted port is taken or not ours to take
 */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  server.listen(wanted, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new StartError(
      `PostgreSQL cannot listen on port ${wanted} of 127.0.0.1 (${errorCode(error)}): stop what listens there, or choose another port`,
    );
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new TypeError('Expected a TCP address');
  return address.port;
}
