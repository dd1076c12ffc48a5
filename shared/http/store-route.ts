import type { Invocation } from '../scf/invocation.ts';
import type { Store } from '../store/store.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';
import { noStore } from './problem.ts';
import type { Handle } from './router.ts';

/** Kept back from the platform's limit to answer when the store does not: more than a function's last word needs. */
const ANSWER_MS = 250;

/** A route that works on the store, and says 503 where there is none. No transaction outlasts the run. */
export function storeRoute(
  store: Store | undefined,
  handle: (request: HttpRequest, store: Store, invocation: Invocation) => Promise<HttpAnswer>,
): Handle {
  return (request, invocation) => {
    if (store === undefined) throw noStore();
    return handle(request, withinRun(store, invocation), invocation);
  };
}

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
