import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.ts';

/** Timestamp and server time may not differ by more [doc 583/30771]. */
const MAX_CLOCK_DIFFERENCE_S = 300;

const AUTHORIZATION =
  /^TC3-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{4}-\d\d-\d\d)\/([a-z0-9-]+)\/tc3_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly token?: string;
}

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Signature v3 (TC3-HMAC-SHA256) of a `POST /`, by the published steps [doc 583/31703]: canonical
 * request, string to sign, derived key. In which order the refusals come is a guess.
 *
 * @param now seconds
 * @returns the service of the credential scope
 * @throws ApiError `AuthFailure.…`
 */
export function verifyTc3({ headers, body }: SignedRequest, credentials: Credentials, now: number): string {
  const [, secretId = '', date = '', service = '', names = '', given = ''] =
    AUTHORIZATION.exec(headers.authorization ?? '') ?? [];
  if (given === '')
    throw new ApiError(
      'AuthFailure.InvalidAuthorization',
      'The Authorization header is not TC3-HMAC-SHA256.',
    );
  if (secretId !== credentials.secretId)
    throw new ApiError('AuthFailure.SecretIdNotFound', `The SecretId ${secretId} does not exist.`);
  const timestamp = Number(headerValue(headers, 'x-tc-timestamp'));
  if (!Number.isInteger(timestamp) || Math.abs(now - timestamp) > MAX_CLOCK_DIFFERENCE_S)
    throw new ApiError('AuthFailure.SignatureExpire', `Timestamp ${timestamp} is too far from ${now}.`);
  if (headerValue(headers, 'x-tc-token') !== (credentials.token ?? ''))
    throw new ApiError('AuthFailure.TokenFailure', 'The token is missing or not that of these credentials.');

  const signedNames = names.split(';');
  // Those two must be signed; the scope's date is the timestamp's [doc].
  const complete = signedNames.includes('content-type') && signedNames.includes('host');
  if (!complete || date !== utcDate(timestamp)) throw mismatch();
  const key = hmac(hmac(hmac(`TC3${credentials.secretKey}`, date), service), 'tc3_request');
  const isValid = signedHosts(headers).some((host) => {
    const request = canonicalRequest({ ...headers, host }, signedNames, body);
    const text = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n${sha256(request)}`;
    return timingSafeEqual(hmac(key, text), Buffer.from(given, 'hex'));
  });
  if (!isValid) throw mismatch();
  return service;
}

function canonicalRequest(headers: IncomingHttpHeaders, names: readonly string[], body: Buffer): string {
  const lines = names.map((name) => `${name}:${headerValue(headers, name).trim().toLowerCase()}\n`);
  return `POST\n/\n\n${lines.join('')}\n${names.join(';')}\n${sha256(body)}`;
}

/** The official Node client signs the host without its port though the wire has one [sdk]. */
function signedHosts({ host = '' }: IncomingHttpHeaders): string[] {
  return [host, host.replace(/:\d+$/, '')];
}

function headerValue(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function utcDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function mismatch(): ApiError {
  return new ApiError(
    'AuthFailure.SignatureFailure',
    'The provided credentials could not be validated. Please check your signature is correct.',
  );
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
