import { describe, expect, it } from 'vitest';
import { canonicalRequest } from '../../../emulators/ci/authorization/canonical-request.ts';
import { parseAuthorization } from '../../../emulators/ci/authorization/parse-authorization.ts';
import { verifySignature } from '../../../emulators/ci/authorization/verify-signature.ts';
import vectors from '../../vectors/signature.json' with { type: 'json' };

describe.each(vectors)('vector $name', (vector) => {
  const authorization = parseAuthorization(vector.authorization);
  const headers: Record<string, string> = vector.signedHeaders;
  const parts = {
    method: vector.method,
    path: vector.path,
    query: new URLSearchParams(Object.entries<string>(vector.query)),
    headers,
  };
  if (authorization === undefined) throw new Error('the vector does not parse');

  it('has the published HttpString', () => {
    expect(canonicalRequest(parts, authorization)).toBe(vector.httpString);
  });

  it('is believed with its key', () => {
    expect(verifySignature(parts, authorization, vector.secretKey)).toBe(true);
  });

  it.each([
    ['another key', parts, `${vector.secretKey}x`],
    ['another method', { ...parts, method: 'DELETE' }, vector.secretKey],
    ['another path', { ...parts, path: `${parts.path}x` }, vector.secretKey],
  ])('is refused with %s', (_what, changed, key) => {
    expect(verifySignature(changed, authorization, key)).toBe(false);
  });
});
