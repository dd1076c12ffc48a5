import { type Bucket, cosHost } from '../bucket.ts';
import type { Credentials } from '../client/client-options.ts';
import { encode } from './encode.ts';
import { sign } from './sign.ts';

/** An object that somebody without keys is to read or write. */
export interface PresignInput {
  readonly method: 'GET' | 'PUT';
  readonly bucket: Bucket;
  readonly key: string;
  /** headers that must be sent just so; the host is signed besides */
  readonly headers?: Readonly<Record<string, string>>;
  /** an address instead of the bucket's own host: no host is signed then, since a browser sends that one's */
  readonly endpoint?: URL | undefined;
  readonly credentials: Credentials;
  /** `<start>;<end>` in unix seconds */
  readonly keyTime: string;
}

/** An address that holds for one method, one object and one time, the signature in its query [doc 436/7778]. */
export function presign(input: PresignInput): string {
  const { method, bucket, key, headers = {}, endpoint, credentials, keyTime } = input;
  const { secretId, secretKey, sessionToken } = credentials;
  const host = cosHost(bucket);
  const { authorization } = sign({
    method,
    path: `/${key}`,
    query: {},
    headers: { ...headers, ...(endpoint === undefined ? { host } : {}) },
    secretId,
    secretKey,
    keyTime,
  });
  const fields = authorization.split('&').map((field) => {
    const [name = '', ...value] = field.split('=');
    return `${name}=${encode(value.join('='))}`;
  });
  const token = sessionToken === undefined ? [] : [`x-cos-security-token=${encode(sessionToken)}`];
  const origin = endpoint?.origin ?? `https://${host}`;
  return `${origin}/${key.split('/').map(encode).join('/')}?${[...fields, ...token].join('&')}`;
}
