import type {
  GetFunctionResponse,
  TriggerInfo,
} from 'tencentcloud-sdk-nodejs-scf/tencentcloud/services/scf/v20180416/scf_models.js';
import type { AsyncTrigger } from '../../../service/service.ts';
import type { CloudApi } from '../api/cloud-api.ts';
import { readPages } from '../api/read-pages.ts';
import { unlessAbsent } from '../api/sdk-error.ts';
import { getFunction, getSettledFunction } from '../api/settle.ts';
import { functionMark, parseFunctionDescription, parseTriggerDescription } from './owner-mark.ts';
import type { Configuration, FunctionState } from './state.ts';
import { canonicalDesc, LATEST, type TriggerState, urlOf } from './trigger.ts';

/**
 * @param owner whose function it may be
 * @returns undefined when the account has no function of this name
 */
export async function readFunctionState(
  api: CloudApi,
  cloudName: string,
  { owner, settled }: { owner: string; settled: boolean },
): Promise<FunctionState | undefined> {
  const found = await (settled ? getSettledFunction : getFunction)(api, cloudName);
  if (found === undefined) return undefined;
  const { mark, codeSha256 } = parseFunctionDescription(found.Description ?? '');
  const ownerOfFunction = mark === functionMark(owner, cloudName) ? owner : undefined;
  return {
    cloudName,
    owner: ownerOfFunction,
    status: found.Status ?? '',
    runtime: found.Runtime ?? '',
    handler: found.Handler ?? '',
    codeSha256,
    configuration: configurationOf(found),
    publicNet: found.PublicNetConfig?.PublicNetStatus === 'ENABLE',
    fixedAddress: found.PublicNetConfig?.EipConfig?.EipStatus === 'ENABLE',
    reservedMB: await readReservedMB(api, cloudName),
    asyncTrigger: await readAsyncTrigger(api, cloudName),
    triggers: withOwners(await readTriggers(api, cloudName), ownerOfFunction),
  };
}

function configurationOf(found: GetFunctionResponse): Configuration {
  const { VpcId = '', SubnetId = '' } = found.VpcConfig ?? {};
  const variables = (found.Environment?.Variables ?? []).map(({ Key = '', Value = '' }) => [Key, Value]);
  return {
    description: parseFunctionDescription(found.Description ?? '').text,
    memorySize: found.MemorySize ?? 0,
    timeout: found.Timeout ?? 0,
    environment: Object.fromEntries(variables),
    role: found.Role ?? '',
    vpc: VpcId === '' ? undefined : { vpcId: VpcId, subnetId: SubnetId },
  };
}

async function readReservedMB(api: CloudApi, name: string): Promise<number | undefined> {
  const found = await unlessAbsent(
    api.read('GetReservedConcurrencyConfig', name, (scf) =>
      scf.GetReservedConcurrencyConfig({ FunctionName: name }),
    ),
  );
  // None is null [sdk]; zero is taken for the same [guess].
  return found?.ReservedMem || undefined;
}

async function readAsyncTrigger(api: CloudApi, name: string): Promise<AsyncTrigger | undefined> {
  const found = await unlessAbsent(
    api.read('GetFunctionEventInvokeConfig', name, (scf) =>
      scf.GetFunctionEventInvokeConfig({ FunctionName: name }),
    ),
  );
  const retryNum = found?.AsyncTriggerConfig?.RetryConfig?.[0]?.RetryNum;
  return found === undefined || retryNum === undefined
    ? undefined
    : { retryNum, msgTTL: found.AsyncTriggerConfig.MsgTTL };
}

async function readTriggers(api: CloudApi, name: string): Promise<TriggerState[]> {
  const found = await readPages(
    async (page) =>
      (await api.read('ListTriggers', name, (scf) => scf.ListTriggers({ FunctionName: name, ...page })))
        .Triggers,
  );
  return found.map(triggerState);
}

/** Timers come back with their description [a public capture]. */
const MAY_LACK_DESCRIPTION = ['cos', 'http'];

/**
 * The platform may keep the description of such triggers to itself. In a function of ours they are ours then: somebody
 * else's would stay for ever, and ours would stand in the way of what replaces them. Where one of the same type comes
 * with a description, one without was made by somebody else.
 */
function withOwners(triggers: readonly TriggerState[], owner: string | undefined): TriggerState[] {
  const typesDescribed = new Set(triggers.filter(({ described }) => described).map(({ type }) => type));
  const isOurs = ({ type, qualifier, described }: TriggerState) =>
    !described && qualifier === LATEST && MAY_LACK_DESCRIPTION.includes(type) && !typesDescribed.has(type);
  return triggers.map((trigger) => (isOurs(trigger) ? { ...trigger, owner } : trigger));
}

function triggerState(found: TriggerInfo): TriggerState {
  const { Type: type = '', TriggerName: name = '', TriggerDesc = '', Enable, Qualifier } = found;
  const qualifier = Qualifier || LATEST;
  return {
    type,
    name,
    desc: canonicalDesc(type, TriggerDesc),
    // CreateTrigger takes OPEN and CLOSE, ListTriggers returns 1 and 0 [sdk]; one of which it says nothing is on [guess].
    enabled: Enable !== 0,
    argument: found.CustomArgument ?? '',
    // One of a version or an alias was never made by us, whatever its description says.
    owner: qualifier === LATEST ? parseTriggerDescription(found.Description ?? '') : undefined,
    described: Boolean(found.Description),
    qualifier,
    url: urlOf(type, TriggerDesc),
  };
}
