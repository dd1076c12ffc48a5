import type { FunctionInfo } from '../cloud/look/service-info.ts';
import { type CloudCommand, serviceLabel } from './cloud-command.ts';

/** `info`: what the account has of the service. */
export async function infoCommand(command: CloudCommand): Promise<void> {
  const { service, deployer, out } = command;
  const { account, functions } = await deployer.info({ service });
  out.writeText([`${serviceLabel(command)}, account ${account}`, ...functions.flatMap(linesOf)]);
}

function linesOf(fn: FunctionInfo): string[] {
  const details = [
    ...(fn.url === undefined ? [] : [fn.url]),
    ...(fn.codeSha256 === undefined ? [] : [`code ${fn.codeSha256.slice(0, 12)}`]),
    ...fn.triggers,
  ];
  const settings = fn.runtime === '' ? '' : `, ${fn.runtime}, ${fn.memorySize} MB, at most ${fn.timeout} s`;
  return [`${fn.name}: ${fn.status}, ${fn.cloudName}${settings}`, ...details.map((text) => `  ${text}`)];
}
