import type { MiddyRequest } from './middy-request.ts';

/** For answers that are data and never a page: browsers are to run, frame and sniff none of it. */
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

function addHeaders(request: MiddyRequest): void {
  if (request.response)
    request.response = { ...request.response, headers: { ...HEADERS, ...request.response.headers } };
}

/** What an answer says of itself wins. */
export const securityHeaders = { after: addHeaders, onError: addHeaders };
