import { expect, it } from 'vitest';
import { parseError } from '../../shared/ci/xml/parse-error.ts';

function errorOf(code: string, status: number, message = 'm') {
  const body = Buffer.from(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  const nothing = { requestId: undefined, traceId: undefined, dateMs: undefined, retryAfterMs: undefined };
  return parseError({ status, body, ...nothing });
}

it.each([
  ['MediaBucketUnBinded', 400, 'not-set-up'],
  ['PicBucketUnBinded', 400, 'not-set-up'],
  ['QueueNotFound', 404, 'not-set-up'],
  ['WriteTargetBucketDenied', 400, 'denied'],
  ['WriteTargetBucketDenied', 403, 'denied'],
  ['ResourceAccessDenied', 400, 'denied'],
  ['UserNotBucketOwner', 403, 'denied'],
  ['CIRoleNotExist', 400, 'denied'],
  ['InvalidContentType', 400, 'invalid'],
  ['MalformedXML', 400, 'invalid'],
  ['QueueNumLimit', 400, 'invalid'],
  ['QueueNumLimit', 403, 'invalid'],
  ['SlowDown', 429, 'retryable'],
  ['NobodyKnows', 400, 'invalid'],
  ['NobodyKnows', 401, 'denied'],
  ['NobodyKnows', 503, 'retryable'],
])('%s with %i is %s, as published', (code, status, kind) => {
  expect(errorOf(code, status)).toMatchObject({ code, kind });
});
