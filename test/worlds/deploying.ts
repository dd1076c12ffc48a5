import { onTestFinished } from 'vitest';
import type { ApiClock } from '../../deploy/cloud/api/cloud-api.ts';
import { createDeployer, type Target } from '../../deploy/cloud/deployment.ts';
import { type ScfOptions, type StandIn, startScf } from '../../emulators/scf-api/start-scf.ts';
import type { Service } from '../../service/service.ts';
import { samplePackages, sampleService } from './cloud-sample.ts';

/** Goes only where sleepers push it. */
function virtualClock(): ApiClock {
  let now = Date.UTC(2026, 0, 1);
  return {
    now: () => now,
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** An account that is gone when the test ends. */
export async function account(options: ScfOptions = {}): Promise<StandIn> {
  const standIn = await startScf({ roles: ['jobwatch'], ...options });
  onTestFinished(() => standIn.close());
  return standIn;
}

/** One run of the deployment, as a process of its own would make it. */
export function deployer({ port, region, credentials }: StandIn) {
  const endpoint = new URL(`http://127.0.0.1:${port}`);
  const onProgress = () => undefined;
  return createDeployer({ credentials, region, endpoint, onProgress, clock: virtualClock() });
}

/** @param changed the functions whose code is another version */
export function target(service: Service = sampleService(), ...changed: string[]): Target {
  return { service, packages: samplePackages(service, ...changed) };
}

/** The sample service with some of its functions. */
export function reducedTo(...names: string[]): Service {
  const { functions } = sampleService();
  return sampleService({ functions: functions.filter(({ name }) => names.includes(name)) });
}

/** An account with a deployment in it, its calls forgotten. */
export async function deployed(first: Target = target()): Promise<StandIn> {
  const standIn = await account();
  await deployer(standIn).deploy(first);
  standIn.calls.length = 0;
  return standIn;
}

/** What an undisturbed deployment of this alone leaves behind. */
export async function stateAfter(only: Target): Promise<unknown> {
  return (await deployed(only)).state();
}
