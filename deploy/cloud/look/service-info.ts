import { cloudName, type Service } from '../../../service/service.ts';
import { formerFunctions } from '../plan/desired.ts';
import { triggerText } from '../plan/step.ts';
import { functionUrls } from '../state/function-urls.ts';
import { ownerOf } from '../state/owner-mark.ts';
import type { CloudState } from '../state/state.ts';

export interface FunctionInfo {
  /** In serverless.yml. */
  readonly name: string;
  readonly cloudName: string;
  /** The platform's; `absent`, or `foreign` when somebody else made a function of this name. */
  readonly status: string;
  readonly runtime: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly codeSha256: string | undefined;
  readonly url: string | undefined;
  readonly triggers: readonly string[];
  /** Those that came back without the description that a deployment gave them. */
  readonly undescribed: readonly string[];
}

/**
 * What the account has of the functions of serverless.yml, in the order of the file, and of those that are kept under the
 * names of the release before.
 */
export function functionInfos(service: Service, state: CloudState): FunctionInfo[] {
  const urls = functionUrls(service, state);
  const owner = ownerOf(service);
  const former = formerFunctions(service, state).map(({ fn }) => fn);
  return [...service.functions, ...former].map(({ name }) => {
    const inCloud = cloudName(service, name);
    const found = state.functions.get(inCloud);
    const status = found === undefined ? 'absent' : found.owner === owner ? found.status : 'foreign';
    return {
      name,
      cloudName: inCloud,
      status,
      runtime: found?.runtime ?? '',
      memorySize: found?.configuration.memorySize ?? 0,
      timeout: found?.configuration.timeout ?? 0,
      codeSha256: found?.codeSha256,
      url: found === undefined ? undefined : urls[name],
      undescribed: (found?.triggers ?? []).filter(({ described }) => !described).map(triggerText),
      triggers: (found?.triggers ?? []).map(
        (trigger) => `${triggerText(trigger)}${trigger.owner === owner ? '' : ', made by somebody else'}`,
      ),
    };
  });
}
