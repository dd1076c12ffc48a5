import type { AsyncTrigger } from '../../../service/service.ts';
import type { CustomDomainRoutes } from '../state/custom-domain.ts';
import type { FunctionState } from '../state/state.ts';
import type { Trigger } from '../state/trigger.ts';
import type { DesiredFunction } from './desired.ts';

interface OnFunction {
  readonly name: string;
  readonly cloudName: string;
}

type TriggerChange = { readonly trigger: Trigger; readonly owner: string } & OnFunction;

/** A trigger and its function. */
export interface TriggerPlace {
  readonly cloudName: string;
  readonly trigger: Trigger;
}

/** One change of the account. */
export type DeployStep =
  | { readonly kind: 'create-function'; readonly fn: DesiredFunction }
  | {
      readonly kind: 'update-code' | 'update-configuration';
      readonly fn: DesiredFunction;
      readonly from: FunctionState;
      /** Of the configuration, for people; values of the environment stay out. */
      readonly changes: readonly string[];
    }
  | ({ readonly kind: 'limit-instances'; readonly reservedMB: number } & OnFunction)
  | ({ readonly kind: 'lift-limit' } & OnFunction)
  | ({ readonly kind: 'set-retries'; readonly asyncTrigger: AsyncTrigger } & OnFunction)
  | ({
      readonly kind: 'create-trigger';
      /** Of ours, at whichever function: they go at once if the account does not take this one beside them. */
      readonly inPlaceOf: readonly TriggerPlace[];
    } & TriggerChange)
  | ({ readonly kind: 'update-trigger' } & TriggerChange)
  | ({ readonly kind: 'delete-trigger' } & TriggerChange)
  | ({
      readonly kind: 'delete-function';
      readonly reason: string;
      /** What of others goes with it, for people: afterwards the account knows no more of it. */
      readonly losses: readonly string[];
    } & OnFunction)
  | { readonly kind: 'create-domain' | 'update-domain'; readonly domain: CustomDomainRoutes }
  | { readonly kind: 'delete-domain'; readonly domain: CustomDomainRoutes };

/** What a step does, for people: `describe: update code (61.2 KB)`. */
export function describeStep(step: DeployStep): string {
  switch (step.kind) {
    case 'create-function':
      return `${step.fn.name}: create ${step.fn.cloudName} (${size(step.fn)})`;
    case 'update-code':
      return `${step.fn.name}: update code (${size(step.fn)})${also(step.changes)}`;
    case 'update-configuration':
      return `${step.fn.name}: update configuration (${step.changes.join(', ')})`;
    case 'limit-instances':
      return `${step.name}: limit instances to ${step.reservedMB} MB together`;
    case 'lift-limit':
      return `${step.name}: lift the limit of instances`;
    case 'set-retries':
      return `${step.name}: set retries to ${step.asyncTrigger.retryNum}, for ${step.asyncTrigger.msgTTL} s`;
    case 'create-trigger':
      return `${step.name}: create ${triggerText(step.trigger)}`;
    case 'update-trigger':
      return `${step.name}: update ${triggerText(step.trigger)}`;
    case 'delete-trigger':
      return `${step.name}: delete ${triggerText(step.trigger)}`;
    case 'delete-function':
      return `${step.cloudName}: delete the function (${step.reason})`;
    case 'create-domain':
      return `domain: create ${step.domain.name}`;
    case 'update-domain':
      return `domain: update ${step.domain.name}`;
    case 'delete-domain':
      return `domain: delete ${step.domain.name}`;
  }
}

/** Tells steps apart. Other values of the same variables, as once a domain is there, are another step. */
export function stepKey(step: DeployStep): string {
  const settings = step.kind === 'update-configuration' ? JSON.stringify(step.fn.configuration) : '';
  return `${describeStep(step)} ${settings}`;
}

/** `timer every-ten-seconds (…)`, `Function URL`, `cos trigger <bucket> ({"event":…})`. */
export function triggerText({ type, name, desc, enabled }: Trigger): string {
  if (type === 'http') return 'Function URL';
  const off = enabled ? '' : ', off';
  if (type === 'timer') return `timer ${name} (${desc}${off})`;
  // What only others make may say secrets in its description.
  return type === 'cos' ? `cos trigger ${name} (${desc}${off})` : `${type} trigger ${name}`;
}

function size({ code }: DesiredFunction): string {
  return `${(code.bytes / 1000).toFixed(1)} KB`;
}

function also(changes: readonly string[]): string {
  return changes.length === 0 ? '' : ` and configuration (${changes.join(', ')})`;
}
