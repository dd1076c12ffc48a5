import type { Rule } from '../../shared/automation/rules/rule.ts';

/** serverless.yml as plain values: variables resolved, limits checked, defaults applied. */
export type Service = {
  readonly name: string;
  readonly region: string;
  readonly runtime: string;
  /** In the order of the file. */
  readonly functions: readonly ServiceFunction[];
  /** What to do with new objects, checked. */
  readonly rules: readonly Rule[];
};

export type ServiceFunction = {
  readonly name: string;
  /** `<file>.<export>`, such as `index.main_handler`. */
  readonly handler: string;
  readonly description: string;
  /** MB */
  readonly memorySize: number;
  /** seconds */
  readonly timeout: number;
  /** Only what is set: a variable that came out empty is left out. */
  readonly environment: Readonly<Record<string, string>>;
  /** The HTTP routes it answers under the single origin of one machine; none when it has no URL. */
  readonly routes: readonly Route[];
  readonly timers: readonly Timer[];
  /** Derived from the rules. */
  readonly objectTriggers: readonly ObjectTrigger[];
  readonly asyncTrigger: AsyncTrigger;
  /** How many instances it may have at once; as many as the account allows when it is not said. */
  readonly instances?: number;
};

export type Timer = {
  readonly name: string;
  /** Seven fields; see `cronSchedule`. */
  readonly cron: string;
  readonly enabled: boolean;
  /** What its events carry as `Message`. */
  readonly argument: string;
};

/** A COS trigger: it fires for objects whose key begins and ends so. */
export type ObjectTrigger = {
  readonly bucket: string;
  readonly region: string;
  /** `cos:ObjectCreated:*` */
  readonly event: string;
  readonly prefix: string;
  readonly suffix: string;
};

/** What becomes of an asynchronous event that fails, under the platform's names. */
export type AsyncTrigger = {
  /** How often it is handed over again. */
  readonly retryNum: number;
  /** How long it may wait and be retried; seconds. */
  readonly msgTTL: number;
};

/** `GET /jobs/{ids}`: a segment in braces stands for one path segment. */
export type Route = { readonly method: string; readonly path: string };
