import { cloudName, type Service } from '../../../service/service.ts';
import { LATEST } from './trigger.ts';

const NAMESPACE = 'default';

/** One origin for the routes of several functions. */
export interface CustomDomainRoutes {
  readonly name: string;
  readonly protocol: string;
  readonly certificateId: string;
  readonly endpoints: readonly DomainRoute[];
}

export interface DomainRoute {
  readonly Namespace: string;
  readonly FunctionName: string;
  readonly Qualifier: string;
  readonly PathMatch: string;
  readonly PathRewrite: readonly PathRewrite[];
}

interface PathRewrite {
  readonly Path: string;
  readonly Type: string;
  readonly Rewrite: string;
}

/**
 * What serverless.yml wants; undefined when it names no domain. The longer path comes first, whether the platform takes
 * the first that fits or the longest [guess].
 *
 * @param former functions under the names of the release before, which answered below their name
 */
export function customDomainRoutes(
  service: Service,
  former: readonly string[] = [],
): CustomDomainRoutes | undefined {
  if (service.domain === undefined) return undefined;
  const { name, certificateId } = service.domain;
  const answering = service.functions.filter(({ routes }) => routes.length > 0).map((fn) => fn.name);
  // `$` stands for what the `*` caught [doc 583/111926, its example].
  const below = (path: string) => [{ Path: `${path}/*`, Type: 'WildcardRules', Rewrite: '/$' }];
  const formerRoutes = former.map((functionName) =>
    domainRoute(cloudName(service, functionName), `/${functionName}/*`, below(`/${functionName}`)),
  );
  const routes = [
    { functionName: 'callback', path: '/callbacks/*' },
    { functionName: 'api', path: '/*' },
  ];
  return {
    name,
    protocol: 'HTTPS',
    certificateId,
    endpoints: [
      ...formerRoutes,
      ...routes
        .filter(({ functionName }) => answering.includes(functionName))
        .map(({ functionName, path }) => domainRoute(cloudName(service, functionName), path, [])),
    ],
  };
}

/**
 * Where functions answer at a custom domain that the account already has, by their names in the account. One without
 * the route that it should have is left out, and so are all while the domain is not there: making one may be refused.
 */
export function urlsAtDomain(
  { name, endpoints }: CustomDomainRoutes,
  domains: readonly CustomDomainRoutes[],
): ReadonlyMap<string, string> {
  const found = domains.find((domain) => domain.name === name && domain.protocol.includes('HTTPS'));
  const routes = new Set(found?.endpoints.map((route) => JSON.stringify(route)));
  const there = endpoints.filter((route) => routes.has(JSON.stringify(route)));
  return new Map(
    there.map(({ FunctionName, PathMatch, PathRewrite }) => {
      // A path that is taken off again is none that the function knows.
      const path = PathRewrite.length > 0 ? PathMatch.replace(/\/\*$/, '') : '';
      return [FunctionName, `https://${name}${path}`];
    }),
  );
}

export function domainRoute(
  functionName: string,
  path: string,
  rewrites: readonly PathRewrite[],
  { qualifier = LATEST, namespace = NAMESPACE } = {},
): DomainRoute {
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
export function leadsToOneOf(route: DomainRoute, cloudNames: ReadonlySet<string>): boolean {
  return route.Namespace === NAMESPACE && cloudNames.has(route.FunctionName);
}
