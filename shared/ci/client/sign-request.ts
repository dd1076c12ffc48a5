import { ciHost, cosHost } from '../bucket.ts';
import { CiError } from '../ci-error.ts';
import { keyTimeAt } from '../signature/key-time.ts';
import { sign } from '../signature/sign.ts';
import type { DeriveSignKey } from '../signature/sign-key.ts';
import type { CiRequest } from './ci-request.ts';
import type { ClientOptions, Credentials } from './client-options.ts';
import type { ClockSkew } from './clock-skew.ts';
import type { WireRequest } from './exchange.ts';
import { requestTarget } from './request-target.ts';

/** What a client keeps between its requests. */
export interface ClientState {
  readonly options: ClientOptions;
  readonly skew: ClockSkew;
  readonly signKeyOf: DeriveSignKey;
}

/** The request as it is put on the wire, signed for this moment. @throws CiError NoCredentials */
export function signRequest(
  { options, skew, signKeyOf }: ClientState,
  request: CiRequest<unknown>,
): WireRequest {
  const { secretId, secretKey, sessionToken } = readCredentials(options);
  const { method, path, query, body } = request;
  const ofObjects = request.service === 'cos';
  const host = ofObjects ? cosHost(request.bucket) : ciHost(request.bucket);
  const tokenHeader = ofObjects ? 'x-cos-security-token' : 'x-ci-security-token';
  const endpoint = ofObjects ? options.cosEndpoint : options.endpoint;
  const headers: Record<string, string> = {
    host,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/xml', 'content-length': String(Buffer.byteLength(body)) }),
    ...(sessionToken === undefined ? {} : { [tokenHeader]: sessionToken }),
  };
  const keyTime = keyTimeAt(options.now() + skew.offsetMs);
  const { authorization } = sign({ method, path, query, headers, secretId, secretKey, keyTime }, signKeyOf);
  return {
    method,
    origin: endpoint ?? new URL(`https://${host}`),
    target: requestTarget(path, query),
    headers: { ...headers, authorization },
    body,
    maxBytes: request.maxBytes,
    freshConnection: !request.idempotent,
  };
}

/** Without credentials a request is refused as CI would refuse it, before anything leaves. */
function readCredentials(options: ClientOptions): Credentials {
  try {
    return options.credentials();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CiError({ kind: 'denied', code: 'NoCredentials', message, withoutEffect: true, cause });
  }
}
