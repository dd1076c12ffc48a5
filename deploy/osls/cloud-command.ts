import type { Deployer, Target } from '../cloud/deployment.ts';
import type { CliOptions, Writers } from './osls.ts';

/** What a command that asks the cloud works with. */
export interface CloudCommand extends Target {
  readonly deployer: Deployer;
  readonly options: CliOptions;
  readonly out: Writers;
}

/** What a command works on, for people: `jobwatch, stage dev, ap-guangzhou`. */
export function serviceLabel({ service }: Pick<Target, 'service'>): string {
  return `${service.name}, stage ${service.stage}, ${service.region}`;
}

/** @throws Error naming what the account does not show, if there is anything */
export function throwIfLeft(left: readonly string[]): void {
  if (left.length === 0) return;
  throw new Error(
    `These do not show in the account:\n${left.join('\n')}\nRun the same command again in a minute.`,
  );
}
