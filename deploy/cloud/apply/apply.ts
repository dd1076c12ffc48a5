import type { CloudApi } from '../api/cloud-api.ts';
import { DeployError } from '../api/deploy-error.ts';
import { unlessAbsent } from '../api/sdk-error.ts';
import { getSettledFunction, waitUntilActive } from '../api/settle.ts';
import type { DesiredFunction } from '../plan/desired.ts';
import type { DeployStep } from '../plan/step.ts';
import type { FunctionState } from '../state/state.ts';
import { applyToDomain } from './apply-to-domain.ts';
import { applyToTrigger } from './apply-to-trigger.ts';
import { createFunctionRequest, updateCodeRequest, updateConfigurationRequest } from './function-requests.ts';

/** Carries out one step, and waits until the function it changed runs again. */
export async function apply(api: CloudApi, step: DeployStep): Promise<void> {
  switch (step.kind) {
    case 'create-function': {
      const { cloudName } = step.fn;
      const request = createFunctionRequest(step.fn);
      await api.write('CreateFunction', cloudName, (scf) => scf.CreateFunction(request));
      return await waitUntilActive(api, cloudName);
    }
    case 'update-code':
      return await updateCode(api, step.fn, step.from);
    case 'update-configuration':
      return await updateConfiguration(api, step.fn, step.from, step.from.codeSha256);
    case 'limit-instances': {
      const request = { FunctionName: step.cloudName, ReservedConcurrencyMem: step.reservedMB };
      await api.write('PutReservedConcurrencyConfig', step.cloudName, (scf) =>
        scf.PutReservedConcurrencyConfig(request),
      );
      return;
    }
    case 'lift-limit':
      await api.write('DeleteReservedConcurrencyConfig', step.cloudName, (scf) =>
        scf.DeleteReservedConcurrencyConfig({ FunctionName: step.cloudName }),
      );
      return;
    case 'set-retries': {
      const { retryNum, msgTTL } = step.asyncTrigger;
      const AsyncTriggerConfig = { MsgTTL: msgTTL, RetryConfig: [{ RetryNum: retryNum }] };
      await api.write('UpdateFunctionEventInvokeConfig', step.cloudName, (scf) =>
        scf.UpdateFunctionEventInvokeConfig({ FunctionName: step.cloudName, AsyncTriggerConfig }),
      );
      return;
    }
    case 'create-trigger':
    case 'update-trigger':
    case 'delete-trigger':
      return await applyToTrigger(api, step);
    case 'delete-function':
      return await deleteFunction(api, step.cloudName);
    case 'create-domain':
    case 'update-domain':
    case 'delete-domain':
      return await applyToDomain(api, step);
  }
}

/**
 * What is noted of the code is withdrawn before other code is sent and set again after: wherever this is interrupted,
 * and whichever code is to run next, it is sent again, and never taken for what it is not. The configuration goes
 * first, since it is what gets refused (a role, a network): then all is as it was.
 */
async function updateCode(api: CloudApi, fn: DesiredFunction, from: FunctionState): Promise<void> {
  await updateConfiguration(api, fn, from, undefined);
  await api.write('UpdateFunctionCode', fn.cloudName, (scf) => scf.UpdateFunctionCode(updateCodeRequest(fn)));
  await waitUntilActive(api, fn.cloudName);
  await updateConfiguration(api, fn, from, fn.code.sha256);
}

async function updateConfiguration(
  api: CloudApi,
  fn: DesiredFunction,
  from: FunctionState,
  codeSha256: string | undefined,
): Promise<void> {
  const request = updateConfigurationRequest(fn, from, codeSha256);
  await api.write('UpdateFunctionConfiguration', fn.cloudName, (scf) =>
    scf.UpdateFunctionConfiguration(request),
  );
  await waitUntilActive(api, fn.cloudName);
}

async function deleteFunction(api: CloudApi, name: string): Promise<void> {
  await unlessAbsent(api.write('DeleteFunction', name, (scf) => scf.DeleteFunction({ FunctionName: name })));
  const left = await getSettledFunction(api, name);
  if (left === undefined) return;
  throw new DeployError({
    code: left.Status ?? 'UnknownStatus',
    message: left.StatusDesc || 'it is still there after its deletion',
    action: 'DeleteFunction',
    functionName: name,
    requestId: left.RequestId ?? '',
    needsReread: true,
  });
}
