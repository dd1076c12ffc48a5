import { setTimeout as sleep } from 'node:timers/promises';
import { createDeployer, type Deployer } from '../cloud/deployment.ts';
import { credentialsOf } from './credentials.ts';
import type { Writers } from './osls.ts';

/** As `URL.hostname` writes this machine. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A deployer with the credentials of the environment, which shows its progress as osls does.
 *
 * @throws Error when `TENCENTCLOUD_ENDPOINT`, an address to use instead of Tencent Cloud's, is not fit for it
 */
export function openDeployer(region: string, env: Environment, { log, progress }: Writers): Deployer {
  return createDeployer({
    credentials: credentialsOf(env),
    region,
    endpoint: endpointOf(env['TENCENTCLOUD_ENDPOINT']),
    clock: { now: Date.now, sleep: async (milliseconds) => await sleep(milliseconds) },
    onProgress(text) {
      progress.get('deployment').update(text);
      log.info(text);
    },
  });
}

function endpointOf(text: string | undefined): URL | undefined {
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Environments travel to it, and they hold secrets.
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.test(url.hostname));
  if (url !== undefined && isSafe && url.href === `${url.origin}/`) return url;
  throw new Error(
    `TENCENTCLOUD_ENDPOINT: expected https://host[:port], or http:// for this machine alone, got ${text}`,
  );
}
