import type { DeclaredRoute } from '../../../service/service.ts';

export interface RoutedFunction {
  readonly name: string;
  readonly routes: readonly DeclaredRoute[];
}

export interface RouteMatch {
  /** Who answers; nothing when no function has a route at all. */
  functionName: string | undefined;
  /** Methods that other functions answer on this path: a 405 of this one must name them too. */
  otherMethods: string[];
}

/**
 * Which function answers a request. A request that no route names goes to a function all the same, so that its 404
 * or 405 is the one that users of the deployed function see: to one that knows the path, else to the first.
 *
 * @param path still percent-encoded, without a query
 */
export function matchRoute(functions: readonly RoutedFunction[], method: string, path: string): RouteMatch {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const onPath = functions.flatMap(({ name, routes }) =>
    routes.filter((route) => matchesPath(route.path, path)).map((route) => ({ name, method: route.method })),
  );
  const owner = onPath.find((route) => route.method === wanted) ?? onPath[0];
  const functionName = owner?.name ?? functions.find(({ routes }) => routes.length > 0)?.name;
  const otherMethods = onPath
    .filter(({ name }) => name !== functionName)
    .flatMap((route) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
  return { functionName, otherMethods: [...new Set(otherMethods)] };
}

/** `{…}` in the pattern stands for one segment that is not empty. */
function matchesPath(pattern: string, path: string): boolean {
  const expected = pattern.split('/');
  const actual = path.split('/');
  return (
    expected.length === actual.length &&
    expected.every((segment, index) =>
      segment.startsWith('{') ? actual[index] !== '' : segment === actual[index],
    )
  );
}
