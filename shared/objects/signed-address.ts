import type { Bucket } from '../ci/bucket.ts';
import type { Credentials } from '../ci/client/client-options.ts';
import { presign } from '../ci/signature/presign.ts';

/** A window opens so long before now, for a server whose clock is behind. */
const OPENED_BEFORE_SECONDS = 60;

/** What addresses are signed with. */
export interface AddressSigner {
  /** read anew for every address: the platform rotates them */
  readonly credentials: () => Credentials;
  /** where objects are instead of at the bucket's own host */
  readonly cosEndpoint: URL | undefined;
  /** unix milliseconds */
  readonly nowMs: () => number;
}

export interface AddressOf {
  readonly method: 'GET' | 'PUT';
  readonly bucket: Bucket;
  readonly key: string;
  /** headers that must be sent just so */
  readonly headers?: Readonly<Record<string, string>>;
  /** unix seconds until which it holds, unless the credentials end before */
  readonly until: number;
}

export interface SignedAddress {
  readonly Url: string;
  /** RFC 3339 */
  readonly ExpiresAt: string;
}

/** An address that ends when it is told to, and never later than the credentials that signed it. */
export function signedAddress(
  { credentials: read, cosEndpoint, nowMs }: AddressSigner,
  { until, ...object }: AddressOf,
): SignedAddress {
  const credentials = read();
  const now = Math.floor(nowMs() / 1000);
  const start = now - OPENED_BEFORE_SECONDS - (now % OPENED_BEFORE_SECONDS);
  const end = Math.min(until, credentials.expiresAt ?? until);
  const Url = presign({ ...object, endpoint: cosEndpoint, credentials, keyTime: `${start};${end}` });
  return { Url, ExpiresAt: new Date(end * 1000).toISOString() };
}
