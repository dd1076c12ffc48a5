import type {
  CreateFunctionRequest,
  UpdateFunctionCodeRequest,
  UpdateFunctionConfigurationRequest,
} from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import type { DesiredFunction } from '../plan/desired.ts';
import { functionDescription, functionMark } from '../state/owner-mark.ts';
import type { FunctionState } from '../state/state.ts';

export function createFunctionRequest(fn: DesiredFunction): CreateFunctionRequest {
  const { cloudName, owner, code, configuration, runtime, handler } = fn;
  return {
    FunctionName: cloudName,
    Type: 'Event',
    Runtime: runtime,
    Handler: handler,
    CodeSource: 'ZipFile',
    Code: { ZipFile: base64(code.zip) },
    Description: functionDescription(configuration.description, functionMark(owner, cloudName), code.sha256),
    ...settings(fn, undefined),
  };
}

export function updateCodeRequest({ cloudName, code, handler }: DesiredFunction): UpdateFunctionCodeRequest {
  return { FunctionName: cloudName, Handler: handler, CodeSource: 'ZipFile', ZipFile: base64(code.zip) };
}

/** Always the whole configuration: what an update leaves out may be kept or emptied [guess]. */
export function updateConfigurationRequest(
  fn: DesiredFunction,
  from: FunctionState,
  codeSha256: string | undefined,
): UpdateFunctionConfigurationRequest {
  const mark = functionMark(fn.owner, fn.cloudName);
  return {
    FunctionName: fn.cloudName,
    Description: functionDescription(fn.configuration.description, mark, codeSha256),
    ...settings(fn, from),
  };
}

function settings({ configuration }: DesiredFunction, from: FunctionState | undefined) {
  const { memorySize, timeout, environment, role, vpc } = configuration;
  const names = Object.keys(environment).sort();
  return {
    MemorySize: memorySize,
    Timeout: timeout,
    Environment: { Variables: names.map((Key) => ({ Key, Value: environment[Key] ?? '' })) },
    ...(role === '' && (from?.configuration.role ?? '') === '' ? {} : { Role: role }),
    ...network(vpc, from),
  };
}

/** Inside a network a function reaches Cloud Infinite and webhooks only with public access of its own. */
function network(vpc: DesiredFunction['configuration']['vpc'], from: FunctionState | undefined) {
  if (vpc === undefined) {
    // Empty ids take it out of its network [guess].
    return from?.configuration.vpc === undefined ? {} : { VpcConfig: { VpcId: '', SubnetId: '' } };
  }
  return {
    VpcConfig: { VpcId: vpc.vpcId, SubnetId: vpc.subnetId },
    PublicNetConfig: {
      PublicNetStatus: 'ENABLE',
      // A fixed address is set up by hand, since it may be on somebody's list: it is kept.
      EipConfig: { EipStatus: from?.fixedAddress === true ? 'ENABLE' : 'DISABLE' },
    },
  };
}

function base64(zip: Uint8Array): string {
  return Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength).toString('base64');
}
