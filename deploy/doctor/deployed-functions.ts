import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '../../service/service.ts';
import { createDeployer } from '../cloud/deployment.ts';
import type { FunctionInfo } from '../cloud/look/service-info.ts';
import type { CloudAccess } from './cloud-access.ts';

/** What the account has of the service's functions, by name; asked for once, by whoever wants it first. */
export type DeployedFunctions = () => Promise<ReadonlyMap<string, FunctionInfo>>;

export function deployedFunctions(cloud: CloudAccess, service: Service): DeployedFunctions {
  const { credentials, apiEndpoint, now } = cloud;
  const deployer = createDeployer({
    credentials,
    region: service.region,
    endpoint: apiEndpoint,
    onProgress: () => undefined,
    clock: { now, sleep: (milliseconds) => delay(milliseconds) },
  });
  let asked: ReturnType<DeployedFunctions> | undefined;
  return () => {
    asked ??= deployer
      .info({ service })
      .then(({ functions }) => new Map(functions.map((one) => [one.name, one])));
    return asked;
  };
}
