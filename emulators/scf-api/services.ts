import type { Action } from './action.ts';
import * as concurrency from './actions/concurrency.ts';
import * as domains from './actions/custom-domains.ts';
import * as updates from './actions/function-updates.ts';
import * as functions from './actions/functions.ts';
import * as identity from './actions/identity.ts';
import * as running from './actions/running.ts';
import * as triggers from './actions/triggers.ts';
import { ApiError } from './api-error.ts';

interface Service {
  readonly version: string;
  readonly actions: Readonly<Record<string, Action>>;
}

const SERVICES: Readonly<Record<string, Service>> = {
  scf: {
    version: '2018-04-16',
    actions: {
      CreateFunction: functions.createFunction,
      GetFunction: functions.getFunction,
      ListFunctions: functions.listFunctions,
      DeleteFunction: functions.deleteFunction,
      GetFunctionAddress: functions.getFunctionAddress,
      UpdateFunctionCode: updates.updateFunctionCode,
      UpdateFunctionConfiguration: updates.updateFunctionConfiguration,
      ListTriggers: triggers.listTriggers,
      CreateTrigger: triggers.createTrigger,
      UpdateTrigger: triggers.updateTrigger,
      DeleteTrigger: triggers.deleteTrigger,
      GetFunctionEventInvokeConfig: concurrency.getFunctionEventInvokeConfig,
      UpdateFunctionEventInvokeConfig: concurrency.updateFunctionEventInvokeConfig,
      GetReservedConcurrencyConfig: concurrency.getReservedConcurrencyConfig,
      PutReservedConcurrencyConfig: concurrency.putReservedConcurrencyConfig,
      DeleteReservedConcurrencyConfig: concurrency.deleteReservedConcurrencyConfig,
      GetFunctionLogs: running.getFunctionLogs,
      Invoke: running.invokeFunction,
      CreateCustomDomain: domains.createCustomDomain,
      GetCustomDomain: domains.getCustomDomain,
      ListCustomDomains: domains.listCustomDomains,
      UpdateCustomDomain: domains.updateCustomDomain,
      DeleteCustomDomain: domains.deleteCustomDomain,
    },
  },
  sts: { version: '2018-08-13', actions: { GetCallerIdentity: identity.getCallerIdentity } },
  cam: { version: '2019-01-16', actions: { GetRole: identity.getRole } },
};

/** Whether an action changes something. */
export function isWrite(name: string): boolean {
  return /^(Create|Update|Delete|Put)/.test(name);
}

/**
 * @param service as it was signed. A client that was given an address as its endpoint signs the first number of the
 *   address [sdk]; then the API's version, which no two of them share, tells the service
 * @throws ApiError `NoSuchVersion`, `InvalidAction`
 */
export function actionNamed(service: string, version: string, name: string): Action {
  const found = SERVICES[service] ?? Object.values(SERVICES).find((one) => one.version === version);
  if (found === undefined || found.version !== version)
    throw new ApiError('NoSuchVersion', `The service ${service} has no version ${version}.`);
  const run = found.actions[name];
  if (run === undefined)
    throw new ApiError('InvalidAction', `The action ${name} of ${service} does not exist.`);
  return run;
}
