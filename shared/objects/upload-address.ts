import type { Bucket } from '../ci/bucket.ts';
import { type AddressSigner, type SignedAddress, signedAddress } from './signed-address.ts';

/** An address to upload to holds so long. */
const UPLOAD_SECONDS = 900;
/** So much of the content's MD5 stands in the key: a file of another content lies elsewhere. */
const MD5_DIGITS_IN_KEY = 16;

/** A file that somebody wants to upload. */
export interface Upload {
  readonly Name: string;
  readonly Bytes: number;
  /** 32 hex digits */
  readonly Md5: string;
}

export interface UploadAddress extends SignedAddress {
  readonly Key: string;
  /** to be sent just so; every client sends the length by itself */
  readonly Headers: Readonly<Record<string, string>>;
}

/**
 * An address by which one content can be put to one key of ours, once: its length and MD5 are signed, and it overwrites
 * nothing.
 */
export function uploadAddress(
  signer: AddressSigner,
  bucket: Bucket,
  prefix: string,
  { Name, Bytes, Md5 }: Upload,
): UploadAddress {
  const Key = `${prefix}${Md5.toLowerCase().slice(0, MD5_DIGITS_IN_KEY)}/${Name}`;
  const Headers = {
    'content-md5': Buffer.from(Md5, 'hex').toString('base64'),
    'x-cos-forbid-overwrite': 'true',
  };
  const address = signedAddress(signer, {
    method: 'PUT',
    bucket,
    key: Key,
    headers: { ...Headers, 'content-length': String(Bytes) },
    until: Math.floor(signer.nowMs() / 1000) + UPLOAD_SECONDS,
  });
  return { Key, ...address, Headers };
}
