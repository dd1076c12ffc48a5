import { readFileSync } from 'node:fs';
import COS from 'cos-nodejs-sdk-v5';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyTimeAt } from '../../shared/ci/signature/key-time.ts';
import { type SignInput, sign } from '../../shared/ci/signature/sign.ts';
import { cachedSignKey, deriveSignKey } from '../../shared/ci/signature/sign-key.ts';
import { times } from '../fuzz/runs.ts';

interface Vector extends Omit<SignInput, 'headers'> {
  name: string;
  signedHeaders: Record<string, string>;
  signKey: string;
  httpString: string;
  stringToSign: string;
  signature: string;
  authorization: string;
}

const vectors: Vector[] = JSON.parse(readFileSync('test/vectors/signature.json', 'utf8'));

describe('a signature agrees with the published vectors at every step', () => {
  it.each(vectors)('$name', ({ name: _, signedHeaders, ...vector }) => {
    const { signKey, httpString, stringToSign, signature, authorization } = vector;
    expect(sign({ ...vector, headers: signedHeaders })).toEqual({
      signKey,
      httpString,
      stringToSign,
      signature,
      authorization,
    });
  });
});

describe('a signature agrees with the official SDK', () => {
  // The SDK sorts its two lists differently when a name needs encoding; no parameter of CI or COS does.
  const asciiName = fc.string({ unit: fc.constantFrom(...'abzAZ09-_.~'), minLength: 1, maxLength: 12 });
  const text = fc.string({ unit: 'grapheme', maxLength: 20 });
  // Two names that differ in case only would be one name in the signed list.
  const parameters = fc
    .uniqueArray(fc.tuple(asciiName, text), { maxLength: 6, selector: ([name]) => name.toLowerCase() })
    .map((entries) => Object.fromEntries(entries));
  const headers = fc.record(
    {
      host: fc.domain(),
      'content-type': fc.constantFrom('application/xml', 'text/plain; charset=utf-8'),
      'content-length': fc.nat().map(String),
      'x-ci-security-token': text,
      'x-cos-meta-a': text,
    },
    { requiredKeys: ['host'], noNullPrototype: true },
  );

  it('on random requests', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'PUT', 'POST', 'HEAD', 'DELETE'),
        text.map((path) => `/${path}`),
        parameters,
        headers,
        fc.string({ minLength: 1 }),
        fc.nat(4_000_000_000),
        (method, path, query, signed, secretKey, start) => {
          const keyTime = `${start};${start + 900}`;
          const ours = sign({ method, path, query, headers: signed, secretId: 'id', secretKey, keyTime });
          const theirs = COS.getAuthorization({
            SecretId: 'id',
            SecretKey: secretKey,
            Method: method as COS.Method,
            Pathname: path,
            Query: query,
            Headers: signed,
            KeyTime: keyTime,
          } as COS.StaticGetAuthorizationOptions);
          expect(ours.authorization).toBe(theirs);
        },
      ),
      { numRuns: times(1000) },
    );
  });
});

describe('a SignKey', () => {
  it('is derived once per KeyTime', () => {
    let derived = 0;
    const signKeyOf = cachedSignKey((secretKey, keyTime) => {
      derived += 1;
      return deriveSignKey(secretKey, keyTime);
    });
    const minute = keyTimeAt(1_767_225_600_000);
    expect(signKeyOf('a', minute)).toBe(deriveSignKey('a', minute));
    signKeyOf('a', keyTimeAt(1_767_225_659_999));
    expect(derived).toBe(1);
    signKeyOf('a', keyTimeAt(1_767_225_660_000));
    expect(derived).toBe(2);
  });

  it('never serves another key', () => {
    const signKeyOf = cachedSignKey();
    signKeyOf('before rotation', '1;2');
    expect(signKeyOf('after rotation', '1;2')).toBe(deriveSignKey('after rotation', '1;2'));
  });
});

it('a KeyTime opens at least a minute early and lasts a quarter of an hour', () => {
  fc.assert(
    fc.property(fc.integer({ min: 60_000, max: 4_000_000_000_000 }), (nowMs) => {
      const [start = 0, end = 0] = keyTimeAt(nowMs).split(';').map(Number);
      expect(nowMs / 1000 - start).toBeGreaterThanOrEqual(60);
      expect(nowMs / 1000 - start).toBeLessThan(121);
      expect(end - start).toBe(900);
    }),
  );
});
