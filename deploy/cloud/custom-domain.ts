import type { CustomDomain } from '../service/service.ts';
import { LATEST } from './trigger.ts';

const NAMESPACE = 'default';

/** One origin for the routes of several functions. */
export type CustomDomainRoutes = {
  readonly name: string;
  readonly protocol: string;
  readonly certificateId: string;
  readonly endpoints: readonly Endpoint[];
};

export type Endpoint = {
  readonly Namespace: string;
  readonly FunctionName: string;
  readonly Qualifier: string;
  readonly PathMatch: string;
  readonly PathRewrite: readonly PathRewrite[];
};

type PathRewrite = { readonly Path: string; readonly Type: string; readonly Rewrite: string };

/** Where `submit` answers below the origin: a route tells paths apart, not methods, and `describe` has `/jobs` too. */
export const SUBMIT_PATH = '/submit';

/**
 * The longer path comes first, whether the platform takes the first that fits or the longest [guess].
 *
 * @param cloudNames of the functions that answer HTTP, by their names in serverless.yml
 */
export function customDomainRoutes(
  { name, certificateId }: CustomDomain,
  cloudNames: Readonly<Record<string, string>>,
): CustomDomainRoutes {
  // `$` stands for what the `*` caught [doc 583/111926, its example].
  const stripped = { Path: `${SUBMIT_PATH}/*`, Type: 'WildcardRules', Rewrite: '/$' };
  const routes = [
    { functionName: 'submit', path: `${SUBMIT_PATH}/*`, rewrites: [stripped] },
    { functionName: 'callback', path: '/callbacks/*', rewrites: [] },
    { functionName: 'describe', path: '/*', rewrites: [] },
  ];
  return {
    name,
    protocol: 'HTTPS',
    certificateId,
    endpoints: routes.flatMap(({ functionName, path, rewrites }) => {
      const target = cloudNames[functionName];
      return target === undefined ? [] : [endpoint(target, path, rewrites)];
    }),
  };
}

export function endpoint(
  functionName: string,
  path: string,
  rewrites: readonly PathRewrite[],
  { qualifier = LATEST, namespace = NAMESPACE } = {},
): Endpoint {
  return {
    Namespace: namespace,
    FunctionName: functionName,
    Qualifier: qualifier,
    PathMatch: path,
    PathRewrite: rewrites,
  };
}

/** Every route leads to one of these functions, so nobody else uses the domain. One without routes is anybody's. */
export function servesOnly({ endpoints }: CustomDomainRoutes, cloudNames: ReadonlySet<string>): boolean {
  return endpoints.length > 0 && endpoints.every((route) => leadsToOneOf(route, cloudNames));
}

/** @param cloudNames of functions in the namespace that ours are in */
export function leadsToOneOf(route: Endpoint, cloudNames: ReadonlySet<string>): boolean {
  return route.Namespace === NAMESPACE && cloudNames.has(route.FunctionName);
}
