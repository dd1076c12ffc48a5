import {
  type AsyncTrigger,
  cloudName,
  type Service,
  type ServiceFunction,
} from '../../../service/service.ts';
import { URL_VARIABLES } from '../../../service/url-variables.ts';
import type { Package } from '../../build/package-functions.ts';
import { type CustomDomainRoutes, customDomainRoutes } from '../state/custom-domain.ts';
import { functionUrls } from '../state/function-urls.ts';
import { ownerOf } from '../state/owner-mark.ts';
import type { CloudState, Configuration } from '../state/state.ts';
import { cosDesc, functionUrlDesc, type Trigger } from '../state/trigger.ts';

/** One function's code, ready to send. */
export type FunctionCode = Pick<Package, 'name' | 'zip' | 'sha256' | 'bytes'>;

export interface DesiredFunction {
  /** In serverless.yml. */
  readonly name: string;
  readonly cloudName: string;
  readonly owner: string;
  readonly runtime: string;
  readonly handler: string;
  readonly code: FunctionCode;
  readonly configuration: Configuration;
  readonly reservedMB: number | undefined;
  /** Undefined at a function that nothing calls asynchronously: then it is as it is. */
  readonly asyncTrigger: AsyncTrigger | undefined;
  readonly triggers: readonly Trigger[];
  /** Variables that get their URL, or another one, once the account has given it. */
  readonly pendingVariables: readonly string[];
}

export interface Desired {
  readonly owner: string;
  readonly functions: readonly DesiredFunction[];
  /** Where each answers, by its name in serverless.yml, as far as the account tells. */
  readonly urls: Readonly<Record<string, string>>;
  readonly domain: CustomDomainRoutes | undefined;
  /** Functions under the names of the release before, which keep answering. */
  readonly former: readonly { readonly name: string; readonly nowCalled: string }[];
}

/** What is wanted besides serverless.yml. */
export interface Wish {
  /** functions under names of the release before go */
  readonly prune?: boolean;
}

const FUNCTION_URL_NAME = 'function-url';

/** What was called otherwise in the release before: whoever knows its address is answered there until it is pruned. */
const FORMER_NAMES: Readonly<Record<string, string>> = { api: 'submit' };

/**
 * What the account should have. Where functions answer is the account's to give, so it comes from what it has.
 *
 * @throws Error when a function has no package
 */
export function desiredState(
  service: Service,
  packages: readonly FunctionCode[],
  state: CloudState,
  { prune = false }: Wish = {},
): Desired {
  const owner = ownerOf(service);
  const urls = functionUrls(service, state);
  const former = prune ? [] : formerFunctions(service, state);
  const desired = (fn: ServiceFunction, codeOf = fn.name) => {
    const code = packages.find(({ name }) => name === codeOf);
    if (code === undefined) throw new Error(`functions.${codeOf}: expected a package, got none`);
    const found = state.functions.get(cloudName(service, fn.name));
    const environment = found?.owner === owner ? found.configuration.environment : {};
    return desiredFunction(service, fn, { owner, code, urls, environment });
  };
  return {
    owner,
    functions: [
      ...service.functions.map((fn) => desired(fn)),
      ...former.map(({ fn, nowCalled }) => desired(fn, nowCalled)),
    ],
    urls,
    domain: customDomainRoutes(
      service,
      former.map(({ fn }) => fn.name),
    ),
    former: former.map(({ fn: { name }, nowCalled }) => ({ name, nowCalled })),
  };
}

/** What the account still has of ours under a former name: it gets today's code, and keeps its role. */
export function formerFunctions(
  service: Service,
  state: CloudState,
): { fn: ServiceFunction; nowCalled: string }[] {
  return service.functions.flatMap((fn) => {
    const name = FORMER_NAMES[fn.name];
    const found = name === undefined ? undefined : state.functions.get(cloudName(service, name));
    const isTaken = service.functions.some((other) => other.name === name);
    if (name === undefined || isTaken || found?.owner !== ownerOf(service)) return [];
    const { role } = found.configuration;
    return [{ fn: { ...fn, name, role }, nowCalled: fn.name }];
  });
}

interface Given {
  readonly owner: string;
  readonly code: FunctionCode;
  readonly urls: Readonly<Record<string, string>>;
  /** What the account's function has. */
  readonly environment: Configuration['environment'];
}

function desiredFunction(
  service: Service,
  fn: ServiceFunction,
  { owner, code, urls, environment }: Given,
): DesiredFunction {
  const missing = Object.entries(URL_VARIABLES).filter(
    ([variable, source]) =>
      fn.declared.includes(variable) &&
      fn.environment[variable] === undefined &&
      service.functions.some(({ name, routes }) => name === source && routes.length > 0),
  );
  // A URL that is not told at the moment is no reason to take from a function what it has.
  const known = missing.flatMap(([variable, source]) => {
    const url = urls[source] ?? environment[variable];
    return url === undefined ? [] : [[variable, url]];
  });
  const isAsync = fn.timers.length + fn.objectTriggers.length > 0;
  return {
    name: fn.name,
    cloudName: cloudName(service, fn.name),
    owner,
    runtime: service.runtime,
    handler: fn.handler,
    code,
    configuration: {
      description: fn.description,
      memorySize: fn.memorySize,
      timeout: fn.timeout,
      environment: { ...fn.environment, ...Object.fromEntries(known) },
      role: fn.role,
      vpc: service.vpc,
    },
    reservedMB: fn.instances === undefined ? undefined : fn.instances * fn.memorySize,
    asyncTrigger: isAsync ? fn.asyncTrigger : undefined,
    triggers: desiredTriggers(fn),
    pendingVariables: missing.flatMap(([variable, source]) =>
      isFinal(urls[source], service) ? [] : [variable],
    ),
  };
}

/** Whether no other URL takes its place once the domain is there. */
function isFinal(url: string | undefined, { domain }: Service): boolean {
  return url !== undefined && (domain === undefined || new URL(url).hostname === domain.name);
}

function desiredTriggers({ routes, timers, objectTriggers }: ServiceFunction): Trigger[] {
  const enabled = { enabled: true, argument: '' };
  const url = { type: 'http', name: FUNCTION_URL_NAME, desc: functionUrlDesc(), ...enabled };
  return [
    ...(routes.length > 0 ? [url] : []),
    ...timers.map(({ name, cron, ...rest }) => ({
      type: 'timer',
      name,
      desc: cron,
      enabled: rest.enabled,
      argument: rest.argument,
    })),
    ...objectTriggers.map(({ bucket, region, event, prefix, suffix }) => ({
      type: 'cos',
      name: `${bucket}.cos.${region}.myqcloud.com`,
      desc: cosDesc(event, prefix, suffix),
      ...enabled,
    })),
  ];
}
