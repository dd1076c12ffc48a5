import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalRequest, type SignedParts } from './canonical-request.ts';
import type { Authorization } from './parse-authorization.ts';

/** Whether the signature is the one that `secretKey` gives for this request. Says nothing about the time window. */
export function verifySignature(
  parts: SignedParts,
  authorization: Authorization,
  secretKey: string,
): boolean {
  return signedForms(parts).some((form) => {
    const expected = Buffer.from(
      signatureOf(canonicalRequest(form, authorization), authorization, secretKey),
    );
    const given = Buffer.from(authorization.signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function signatureOf(httpString: string, authorization: Authorization, secretKey: string): string {
  const signKey = createHmac('sha1', secretKey).update(authorization.keyTime).digest('hex');
  const digest = createHash('sha1').update(httpString).digest('hex');
  return createHmac('sha1', signKey).update(`sha1\n${authorization.signTime}\n${digest}\n`).digest('hex');
}

/** The official Python client signs Host without its port though the wire has one; Go and Node sign it with [sdk]. */
function signedForms(parts: SignedParts): SignedParts[] {
  const host = parts.headers['host'];
  if (typeof host !== 'string' || !/:\d+$/.test(host)) return [parts];
  return [parts, { ...parts, headers: { ...parts.headers, host: host.replace(/:\d+$/, '') } }];
}
