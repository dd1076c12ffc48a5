import type { AsyncTrigger, Vpc } from '../../../service/service.ts';
import type { CustomDomainRoutes } from './custom-domain.ts';
import type { TriggerState } from './trigger.ts';

/** What UpdateFunctionConfiguration replaces as a whole. */
export interface Configuration {
  /** Without the mark of the owner. */
  readonly description: string;
  /** MB */
  readonly memorySize: number;
  /** seconds */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: string;
  readonly vpc: Vpc | undefined;
}

/** One function as the account has it. */
export interface FunctionState {
  readonly cloudName: string;
  /** Of the deployment that made it; undefined when somebody else did. */
  readonly owner: string | undefined;
  /** `Active`, `UpdateFailed`, … */
  readonly status: string;
  readonly runtime: string;
  readonly handler: string;
  /** Of the zip; undefined while it is not known for certain. */
  readonly codeSha256: string | undefined;
  readonly configuration: Configuration;
  /** Whether it reaches addresses outside its network. */
  readonly publicNet: boolean;
  /** Whether it has a fixed address, which somebody may have allowed somewhere. */
  readonly fixedAddress: boolean;
  /** What its instances may take together; undefined when only the account limits them. */
  readonly reservedMB: number | undefined;
  readonly asyncTrigger: AsyncTrigger | undefined;
  readonly triggers: readonly TriggerState[];
}

/** What the account has of a service in a stage. */
export interface CloudState {
  /** By name in the account; also a function of somebody else that has the name of one of ours. */
  readonly functions: ReadonlyMap<string, FunctionState>;
  /** The one that serverless.yml names, and all that lead to a function of ours. */
  readonly domains: readonly CustomDomainRoutes[];
}
