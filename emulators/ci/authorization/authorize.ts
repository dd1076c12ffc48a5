import { timingSafeEqual } from 'node:crypto';
import type { SignedParts } from './canonical-request.ts';
import { type Authorization, authorizationFrom, parseAuthorization } from './parse-authorization.ts';
import { type Refusal, refusalError, vagueRefusalError } from './refusal.ts';
import { verifySignature } from './verify-signature.ts';

export interface Credentials {
  secretId: string;
  secretKey: string;
  /** When set, the pair is a temporary one and works only together with this token. */
  sessionToken?: string;
  /** Answer whatever is wrong with a signature with 401 AccessDenied, as CI was seen to do in 2026-07. */
  refusesVaguely?: boolean;
}

/** How far ahead of our clock a window may begin [guess]: official clients begin theirs up to 60 s in the past. */
const NOT_YET_VALID_TOLERANCE_SECONDS = 60;

/** Throws the refusal that the service gives, or returns when the request may pass. `now` in milliseconds. */
export function authorize(
  service: 'ci' | 'cos',
  parts: SignedParts,
  credentials: Credentials,
  now: number,
): void {
  const refusal = refusalOf(service, parts, credentials, now);
  if (refusal === undefined) return;
  throw credentials.refusesVaguely ? vagueRefusalError() : refusalError(service, refusal, now);
}

function refusalOf(
  service: 'ci' | 'cos',
  parts: SignedParts,
  credentials: Credentials,
  now: number,
): Refusal | undefined {
  const given = givenAuthorization(parts);
  if (given === 'none') return 'missing';
  if (given === undefined) return 'malformed';
  if (given.secretId !== credentials.secretId) return 'unknown-id';
  const window = windowRefusal(given, Math.floor(now / 1000));
  if (window !== undefined) return window;
  if (!tokenMatches(service, parts, credentials.sessionToken)) return 'wrong-token';
  return verifySignature(parts, given, credentials.secretKey) ? undefined : 'mismatch';
}

/** The header wins; else a presigned URL, its fields as parameters, or the older `sign=` with the whole line [sdk]. */
function givenAuthorization({ headers, query }: SignedParts): Authorization | undefined | 'none' {
  const header = headers['authorization'];
  if (typeof header === 'string' && header !== '') return parseAuthorization(header);
  const sign = query.get('sign');
  if (sign) return parseAuthorization(sign);
  if (query.has('q-sign-algorithm')) return authorizationFrom((name) => query.get(name) ?? undefined);
  return 'none';
}

function windowRefusal(given: Authorization, seconds: number): Refusal | undefined {
  for (const window of [given.signTime, given.keyTime]) {
    const [start = 0, end = 0] = window.split(';').map(Number);
    if (start >= end) return 'malformed';
    if (seconds > end) return 'expired';
    if (start > seconds + NOT_YET_VALID_TOLERANCE_SECONDS) return 'not-yet-valid';
  }
  return undefined;
}

/** CI hosts take either header name, since the Go and Java clients send the COS one there too [sdk]. */
function tokenMatches(service: 'ci' | 'cos', { headers, query }: SignedParts, expected: string | undefined) {
  const names = service === 'ci' ? ['x-ci-security-token', 'x-cos-security-token'] : ['x-cos-security-token'];
  const tokens = names
    .map((name) => headers[name] ?? query.get(name))
    .filter((token) => typeof token === 'string');
  if (expected === undefined) return tokens.every((token) => token === '');
  return tokens.length > 0 && tokens.every((token) => equalText(token, expected));
}

function equalText(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
