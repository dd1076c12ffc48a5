import type { Rule } from '../shared/rules/rule.ts';

/** What it takes to run the functions, in the cloud or on one machine. */
export interface FunctionSet {
  readonly name: string;
  readonly region: string;
  readonly runtime: string;
  /** In the order of the file. */
  readonly functions: readonly FunctionSettings[];
  /** What to do with new objects, checked. */
  readonly rules: readonly Rule[];
}

/** serverless.yml as plain values: variables resolved, limits checked, defaults applied. */
export interface Service extends FunctionSet {
  /** `dev` unless the file or the command line says otherwise. */
  readonly stage: string;
  /** The network that the functions join, to reach a database without a public address. */
  readonly vpc?: Vpc;
  /** One origin for all routes; without it each function has a URL of its own. */
  readonly domain?: CustomDomain;
  /** Environment variables that a deployment asks for; of each group one is enough. */
  readonly required: readonly (readonly string[])[];
  readonly functions: readonly ServiceFunction[];
}

export interface Vpc {
  readonly vpcId: string;
  readonly subnetId: string;
}

interface CustomDomain {
  readonly name: string;
  readonly certificateId: string;
}

export interface FunctionSettings {
  readonly name: string;
  /** `index.<export>`, such as `index.main_handler`. */
  readonly handler: string;
  readonly description: string;
  /** MB */
  readonly memorySize: number;
  /** seconds */
  readonly timeout: number;
  /** Only what is set: a variable that came out empty is left out. */
  readonly environment: Readonly<Record<string, string>>;
  /** The HTTP routes it answers under the single origin of one machine; none when it has no URL. */
  readonly routes: readonly DeclaredRoute[];
  readonly timers: readonly Timer[];
  /** Derived from the rules. */
  readonly objectTriggers: readonly ObjectTrigger[];
  readonly asyncTrigger: AsyncTrigger;
  /** How many instances it may have at once; as many as the account allows when it is not said. */
  readonly instances?: number;
}

export interface ServiceFunction extends FunctionSettings {
  /** The CAM role whose credentials it gets; '' for none. */
  readonly role: string;
  /** The names of all its variables, also of those that came out empty. */
  readonly declared: readonly string[];
}

export interface Timer {
  readonly name: string;
  /** Seven fields; see `cronSchedule`. */
  readonly cron: string;
  readonly enabled: boolean;
  /** What its events carry as `Message`. */
  readonly argument: string;
}

/** A COS trigger: it fires for objects whose key begins and ends so. */
export interface ObjectTrigger {
  readonly bucket: string;
  readonly region: string;
  /** `cos:ObjectCreated:*` */
  readonly event: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** What becomes of an asynchronous event that fails, under the platform's names. */
export interface AsyncTrigger {
  /** How often it is handed over again. */
  readonly retryNum: number;
  /** How long it may wait and be retried; seconds. */
  readonly msgTTL: number;
}

/** `GET /jobs/{ids}`: a segment in braces stands for one path segment. */
export interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
}

/** What a function is called in the account: stages live side by side. The role it runs as has the same name. */
export function cloudName({ name, stage }: Pick<Service, 'name' | 'stage'>, functionName: string): string {
  return `${name}-${stage}-${functionName}`;
}

/** A function by its name in serverless.yml. @throws Error naming those that there are */
export function functionNamed({ functions }: Service, name: unknown): ServiceFunction {
  const found = functions.find((fn) => fn.name === name);
  if (found !== undefined) return found;
  const names = functions.map((fn) => fn.name).join(', ');
  throw new Error(`expected a function of serverless.yml (${names}), got ${name}`);
}

/** The roles that must be there; several functions may share one. */
export function rolesOf({ functions }: Service): string[] {
  return [...new Set(functions.flatMap(({ role }) => role || []))];
}
