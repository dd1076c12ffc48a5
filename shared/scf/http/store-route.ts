import type { Store } from '../../watch/store.ts';
import type { Invocation } from '../invocation.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpRequest } from './http-request.ts';
import { noStore } from './problem.ts';
import type { Handle } from './router.ts';

/** A route that works on the store, and says 503 where there is none. */
export function storeRoute(
  store: Store | undefined,
  handle: (request: HttpRequest, store: Store, invocation: Invocation) => Promise<HttpAnswer>,
): Handle {
  return (request, invocation) => {
    if (store === undefined) throw noStore();
    return handle(request, store, invocation);
  };
}
