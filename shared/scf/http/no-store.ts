import { Problem } from './problem.ts';

const NO_STORE_RETRY_AFTER_SECONDS = 60;

/** Answers a route that needs the store when there is none. */
export function noStore(): never {
  throw new Problem(503, 'NoStore', 'DATABASE_URL: expected a store for this route, got none', {
    'retry-after': String(NO_STORE_RETRY_AFTER_SECONDS),
  });
}
