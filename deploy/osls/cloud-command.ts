import type { Deployer, Target } from '../cloud/deployment.ts';
import type { CliOptions, Writers } from './osls.ts';

/** What a command that asks the cloud works with. */
export interface CloudCommand extends Target {
  readonly deployer: Deployer;
  readonly options: CliOptions;
  readonly out: Writers;
}

/** `jobwatch, stage dev, ap-guangzhou` */
export function placeOf({ service }: Pick<Target, 'service'>): string {
  return `${service.name}, stage ${service.stage}, ${service.region}`;
}
