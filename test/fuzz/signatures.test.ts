import COS from 'cos-nodejs-sdk-v5';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { authorize } from '../../emulators/ci/authorization/authorize.ts';
import { requestTarget } from '../../shared/ci/client/request-target.ts';
import { keyTimeAt } from '../../shared/ci/signature/key-time.ts';
import { sign } from '../../shared/ci/signature/sign.ts';
import { runs } from './runs.ts';

const NOW = Date.UTC(2026, 10, 26);
const CREDENTIALS = { secretId: 'AKIDx', secretKey: 'key' };

const name = fc.string({ unit: fc.constantFrom(...'abzAZ09-_.~'), minLength: 1, maxLength: 12 });
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const distinct = { maxLength: 6, selector: ([key]: [string, string]) => key.toLowerCase() };
const query = fc.uniqueArray(fc.tuple(name, text), distinct).map((entries) => Object.fromEntries(entries));
const request = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'HEAD', 'DELETE'),
  path: text.map((path) => `/${path}`),
  query,
  headers: fc.record(
    { host: fc.domain(), 'content-type': fc.constantFrom('application/xml', 'text/plain; charset=utf-8') },
    { requiredKeys: ['host'], noNullPrototype: true },
  ),
});
type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

function signed({ method, path, query: parameters, headers }: Request): string {
  const input = { method, path, query: parameters, headers, ...CREDENTIALS, keyTime: keyTimeAt(NOW) };
  return sign(input).authorization;
}

/** What the local cloud says to the request, as it reads it off the wire; undefined when it may pass. */
function refusal({ method, path, query: parameters, headers }: Request, authorization: string): unknown {
  const [, search = ''] = requestTarget('/', parameters).split('?');
  try {
    const parts = {
      method,
      path,
      query: new URLSearchParams(search),
      headers: { ...headers, authorization },
    };
    authorize('ci', parts, CREDENTIALS, NOW);
    return undefined;
  } catch (error) {
    return Object(error).code;
  }
}

it("what we sign the emulator's verifier accepts, and nothing else under that signature", () => {
  fc.assert(
    fc.property(request, request, fc.constantFrom('method', 'path'), (mine, other, part) => {
      const authorization = signed(mine);
      expect(refusal(mine, authorization)).toBeUndefined();
      const changed = { ...mine, [part]: other[part] };
      if (changed[part] !== mine[part]) expect(refusal(changed, authorization)).toBe('SignatureDoesNotMatch');
      const [named] = Object.keys(mine.query);
      const another = { ...mine, query: { ...mine.query, [named ?? '']: 'another' } };
      const isCovered = named !== undefined && mine.query[named] !== 'another';
      if (isCovered) expect(refusal(another, authorization)).toBe('SignatureDoesNotMatch');
    }),
    runs,
  );
});

it('what we sign the official client signs alike', () => {
  fc.assert(
    fc.property(request, (mine) => {
      const theirs = COS.getAuthorization({
        SecretId: CREDENTIALS.secretId,
        SecretKey: CREDENTIALS.secretKey,
        Method: mine.method as COS.Method,
        Pathname: mine.path,
        Query: mine.query,
        Headers: mine.headers,
        KeyTime: keyTimeAt(NOW),
      } as COS.StaticGetAuthorizationOptions);
      expect(signed(mine)).toBe(theirs);
    }),
    runs,
  );
});
