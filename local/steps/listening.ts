import { errorCode } from '../../shared/ci/error-code.ts';
import { StartError } from '../start-error.ts';

/**
 * Waits for a server to listen.
 *
 * @param setting the setting that its port came from
 * @throws StartError when the port is taken or not ours to take, or there is no loopback address
 */
export async function listening<T>(setting: string, port: number, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (error) {
    switch (errorCode(error)) {
      case 'EADDRINUSE':
        throw new StartError(
          `${setting} ${port} is in use: stop what listens there, or set another ${setting}`,
        );
      case 'EACCES':
        throw new StartError(`${setting} ${port} may not be listened on: set another ${setting}`);
      case 'EADDRNOTAVAIL':
        throw new StartError(
          '127.0.0.1 cannot be listened on: this machine has no loopback address; bring it up',
        );
      default:
        throw error;
    }
  }
}
