import { freePort } from '../free-port.ts';
import type { Settings } from '../settings.ts';
import { StartError } from '../start-error.ts';
import { listening } from './listening.ts';

/**
 * Looks whether the ports are free before anything is built or started.
 *
 * @returns the port of the functions, which are told their own address before they listen
 * @throws StartError naming the setting
 */
export async function checkPorts({ port, ciPort, live }: Settings): Promise<number> {
  if (!live && port !== 0 && port === ciPort) {
    throw new StartError(`PORT and CI_PORT are both ${port}: set one of them to another port`);
  }
  if (!live) await listening('CI_PORT', ciPort, freePort(ciPort));
  return await listening('PORT', port, freePort(port));
}
