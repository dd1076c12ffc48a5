import { DeployError } from '../api/deploy-error.ts';
import type { FunctionState } from '../state/state.ts';
import type { Trigger } from '../state/trigger.ts';
import type { DesiredFunction } from './desired.ts';
import { triggerText } from './step.ts';

export function notOurs(cloudName: string): DeployError {
  return new DeployError({
    code: 'NotOurs',
    message: 'the account has a function of this name that this service and stage did not make',
    functionName: cloudName,
    remedy: 'Choose another stage or service name, or delete that function if nobody needs it.',
  });
}

export function otherRuntime({ cloudName, runtime }: DesiredFunction, found: FunctionState): DeployError {
  return new DeployError({
    code: 'RuntimeChanged',
    message: `expected runtime ${found.runtime}, which it was created with and keeps, got ${runtime}`,
    functionName: cloudName,
    remedy: 'Keep the runtime, or `npx osls remove` and deploy again: Function URLs change then.',
  });
}

export function triggerTaken(cloudName: string, trigger: Trigger): DeployError {
  return new DeployError({
    code: 'TriggerNotOurs',
    message: `somebody else made a ${triggerText(trigger)} there that differs from serverless.yml`,
    functionName: cloudName,
    remedy: 'Delete it in the SCF console, or give ours another name.',
  });
}

export function domainTaken(domain: string): DeployError {
  return new DeployError({
    code: 'DomainNotOurs',
    message: 'it was there, and its routes do not lead to this service alone',
    functionName: domain,
    remedy: 'Choose another custom.domain, or delete it in the SCF console if nobody needs it.',
  });
}

/** Tells of all, so that one run is enough to find them. */
export function refusedTogether(refusals: readonly DeployError[]): DeployError {
  return new DeployError({
    code: 'Refused',
    message: refusals.map(({ message, remedy }) => `\n- ${message}. ${remedy}`).join(''),
    remedy: 'Mend all of these, then run the command again.',
  });
}
