import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../../shared/environment.ts';
import { createDeployer, type Deployer } from '../cloud/deployment.ts';
import { apiEndpointOf } from '../settings/api-endpoint.ts';
import { credentialsOf } from '../settings/credentials.ts';
import type { Writers } from './osls.ts';

/**
 * A deployer with the credentials of the environment, which shows its progress as osls does.
 *
 * @throws Error when `TENCENTCLOUD_ENDPOINT` is not fit for it
 */
export function openDeployer(region: string, env: Environment, { log, progress }: Writers): Deployer {
  return createDeployer({
    credentials: credentialsOf(env),
    region,
    endpoint: apiEndpointOf(env),
    clock: { now: Date.now, sleep: async (milliseconds) => await sleep(milliseconds) },
    onProgress(text) {
      progress.get('deployment').update(text);
      log.info(text);
    },
  });
}
