import type { Invocation } from '../scf/invocation.ts';
import type { Store } from '../store/store.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';
import { noStore } from './problem.ts';
import { type RequestOf, readRequest } from './read-request.ts';
import type { Route } from './route.ts';

/** A route with what answers it. */
export interface Handler {
  readonly route: Route;
  /** @throws what problems.ts tells as a problem */
  readonly handle: (request: HttpRequest, invocation: Invocation) => Promise<HttpAnswer>;
}

type Answering<Known, More extends readonly unknown[]> = (
  request: Known,
  ...more: More
) => HttpAnswer | Promise<HttpAnswer>;

/** Answers a route with its request as it is declared. */
export function handler<R extends Route>(
  route: R,
  handle: Answering<RequestOf<R>, [invocation: Invocation]>,
): Handler {
  return {
    route,
    handle: async (request, invocation) => await handle(readRequest(route, request), invocation),
  };
}

/** The same for a route that works on the store: 503 where there is none. No transaction outlasts the run. */
export function storeHandler<R extends Route>(
  route: R,
  store: Store | undefined,
  handle: Answering<RequestOf<R>, [store: Store, invocation: Invocation]>,
): Handler {
  return handler(route, (request, invocation) => {
    if (store === undefined) throw noStore();
    return handle(request, withinRun(store, invocation), invocation);
  });
}

/** Kept back from the platform's limit to answer when the store does not: more than a function's last word needs. */
const ANSWER_MS = 250;

function withinRun(store: Store, { getRemainingTimeInMillis }: Invocation): Store {
  return {
    transaction(work, limitMs = Number.POSITIVE_INFINITY) {
      const leftMs = getRemainingTimeInMillis() - ANSWER_MS;
      // After a sleep, or when the clock has jumped, what has to be written down still is.
      return store.transaction(work, leftMs > 0 ? Math.min(limitMs, leftMs) : limitMs);
    },
    close: () => store.close(),
  };
}
