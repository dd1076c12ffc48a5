import type { HttpRun } from './http-run.ts';

/** For answers that are data and never a page: nothing in them may be run, framed or guessed at. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

function addHeaders(run: HttpRun): void {
  if (run.response) run.response = { ...run.response, headers: { ...HEADERS, ...run.response.headers } };
}

/** What an answer says of itself wins. */
export const securityHeaders = { after: addHeaders, onError: addHeaders };
