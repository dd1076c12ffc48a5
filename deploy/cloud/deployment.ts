import { cloudName, functionNamed, type Service } from '../../service/service.ts';
import type { Credentials } from '../../shared/ci/client/client-options.ts';
import { type ApiClock, createCloudApi } from './api/cloud-api.ts';
import type { DeployError } from './api/deploy-error.ts';
import { apply } from './apply/apply.ts';
import { converge } from './apply/converge.ts';
import { type LogPage, readLogs } from './look/function-logs.ts';
import { type InvokeResult, invokeFunction } from './look/invoke-function.ts';
import { type FunctionInfo, functionInfos } from './look/service-info.ts';
import { desiredState, type FunctionCode, type Wish } from './plan/desired.ts';
import { planDeployment, planRemoval } from './plan/plan.ts';
import { describeStep } from './plan/step.ts';
import { functionUrls } from './state/function-urls.ts';
import { ownerOf } from './state/owner-mark.ts';
import { readState } from './state/read-state.ts';

interface Named {
  readonly service: Service;
}

/** What is to be deployed: stage and region are the service's. */
export type Target = Named & { readonly packages: readonly FunctionCode[] };

interface DeploymentPlan {
  /** Number (Uin) of the account. */
  readonly account: string;
  /** In order, such as `describe: update code (61.2 KB)`. */
  readonly steps: readonly string[];
  /** Why a deployment would be refused; empty when it would not. */
  readonly refusals: readonly DeployError[];
  readonly notes: readonly string[];
}

interface Outputs {
  /** By name in serverless.yml. */
  readonly urls: Readonly<Record<string, string>>;
  /** The steps that were taken; empty when there was nothing to do. */
  readonly done: readonly string[];
  /** What does not show in the account, and whether it was done. */
  readonly left: readonly string[];
  readonly notes: readonly string[];
}

type Removed = Omit<Outputs, 'urls'>;

interface Info {
  readonly account: string;
  readonly functions: readonly FunctionInfo[];
}

/** Every method throws DeployError, which says what to do. */
export interface Deployer {
  /** What a deployment would do; asks and changes nothing. */
  plan(target: Target, wish?: Wish): Promise<DeploymentPlan>;
  /** @param options.only the one function to bring up to date */
  deploy(target: Target, options?: Wish & { only?: string }): Promise<Outputs>;
  /** What a removal would do; asks and changes nothing. */
  planRemoval(target: Named): Promise<DeploymentPlan>;
  remove(target: Named): Promise<Removed>;
  info(target: Named): Promise<Info>;
  logs(target: Named, functionName: string, options: { startMs: number; limit: number }): Promise<LogPage>;
  invoke(target: Named, functionName: string, event: unknown): Promise<InvokeResult>;
}

/** Brings an account to what serverless.yml says. */
export function createDeployer(options: {
  credentials: Credentials;
  region: string;
  /** Where the API is; default: Tencent Cloud's own. */
  endpoint?: URL | undefined;
  onProgress: (text: string) => void;
  clock: ApiClock;
}): Deployer {
  const { onProgress, clock } = options;
  const api = createCloudApi(options);
  const read = (service: Service, settled: boolean) =>
    readState(api, {
      cloudNames: service.functions.map(({ name }) => cloudName(service, name)),
      prefix: cloudName(service, ''),
      owner: ownerOf(service),
      domain: service.domain?.name,
      settled,
    });
  const convergeTo = (service: Service, plan: Parameters<typeof converge>[0]['plan']) =>
    converge({ read: () => read(service, true), plan, apply: (step) => apply(api, step), onProgress, clock });

  return {
    async plan({ service, packages }, wish) {
      const account = await api.accountId();
      const state = await read(service, false);
      const planned = planDeployment(desiredState(service, packages, state, wish), state);
      const { steps, refusals, notes, awaited } = planned;
      return { account, steps: steps.map(describeStep), refusals, notes: [...notes, ...awaited] };
    },
    async deploy({ service, packages }, { only, ...wish } = {}) {
      if (only !== undefined) functionNamed(service, only);
      onProgress(`account ${await api.accountId()}, ${options.region}`);
      const { state, ...rest } = await convergeTo(service, (found) =>
        planDeployment(desiredState(service, packages, found, wish), found, only),
      );
      return { urls: functionUrls(service, state), ...rest };
    },
    async planRemoval({ service }) {
      const account = await api.accountId();
      const state = await read(service, false);
      const { steps, refusals, notes } = planRemoval(ownerOf(service), state);
      return { account, steps: steps.map(describeStep), refusals, notes };
    },
    async remove({ service }) {
      const owner = ownerOf(service);
      const { state: _, ...removed } = await convergeTo(service, (found) => planRemoval(owner, found));
      return removed;
    },
    async info({ service }) {
      const account = await api.accountId();
      const state = await read(service, false);
      return { account, functions: functionInfos(service, state) };
    },
    async logs({ service }, functionName, window) {
      functionNamed(service, functionName);
      return await readLogs(api, cloudName(service, functionName), window);
    },
    async invoke({ service }, functionName, event) {
      const { timeout } = functionNamed(service, functionName);
      return await invokeFunction(api, cloudName(service, functionName), timeout, event);
    },
  };
}
