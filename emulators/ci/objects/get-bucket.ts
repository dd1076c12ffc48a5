import pLimit from 'p-limit';
import { percentEncode } from '../authorization/percent-encode.ts';
import type { CloudParts } from '../cloud.ts';
import type { CloudRequest } from '../cloud-request.ts';
import { parameter } from '../read-target.ts';
import { type Reply, xmlReply } from '../reply.ts';
import { invalidArgument } from '../service-error.ts';
import type { XmlTree } from '../xml/write-xml.ts';
import { byUtf8, listKeys } from './list-keys.ts';
import { quotedEtag } from './object-headers.ts';

const MAX_KEYS = 1000;
/** A page may hold more objects than the process may hold open files. */
const OPEN_AT_ONCE = 16;

/** GetBucket: keys by prefix, delimiter, marker and max-keys, in UTF-8 order [doc]. */
export async function getBucket(request: CloudRequest, cloud: CloudParts): Promise<Reply> {
  const { query } = request;
  const [prefix, delimiter, marker] = ['prefix', 'delimiter', 'marker'].map(
    (name) => parameter(query, name) ?? '',
  );
  const maxKeys = readMaxKeys(parameter(query, 'max-keys'));
  const encoding = readEncoding(parameter(query, 'encoding-type'));
  const keys = await listKeys(cloud.objects.folders, cloud.bucket, prefix ?? '');
  const entries = groupKeys(keys, prefix ?? '', delimiter ?? '').filter(
    (one) => byUtf8(one.name, marker ?? '') > 0,
  );
  const page = entries.slice(0, maxKeys);
  const isTruncated = page.length < entries.length;
  const encode = written(encoding);
  const limit = pLimit(OPEN_AT_ONCE);
  const contents = await Promise.all(
    page.filter((one) => !one.isPrefix).map((one) => limit(() => contentsOf(one.name, cloud, encode))),
  );
  return xmlReply(200, 'ListBucketResult', {
    Name: cloud.bucket,
    EncodingType: encoding,
    Prefix: encode(prefix),
    Marker: encode(marker),
    MaxKeys: String(maxKeys),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    IsTruncated: String(isTruncated),
    NextMarker: isTruncated ? encode(page.at(-1)?.name) : undefined,
    Contents: contents.flatMap((one) => one ?? []),
    CommonPrefixes: page.filter((one) => one.isPrefix).map((one) => ({ Prefix: encode(one.name) })),
  });
}

interface Entry {
  name: string;
  isPrefix: boolean;
}

/** Keys that share what comes up to the delimiter after the prefix count as one entry. */
function groupKeys(keys: readonly string[], prefix: string, delimiter: string): Entry[] {
  const entries = new Map<string, Entry>();
  for (const key of keys) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = cut === -1 ? key : key.slice(0, cut + delimiter.length);
    entries.set(name, { name, isPrefix: cut !== -1 });
  }
  return [...entries.values()];
}

/** `undefined` for an object that was removed while the list was made. */
async function contentsOf(
  key: string,
  cloud: CloudParts,
  encode: (text: string) => string,
): Promise<XmlTree | undefined> {
  const info = await cloud.objects.info(key);
  return (
    info && {
      Key: encode(key),
      LastModified: new Date(info.lastModified).toISOString(),
      ETag: quotedEtag(info),
      Size: String(info.size),
      Owner: { ID: ownerOf(cloud.bucket), DisplayName: ownerOf(cloud.bucket) },
      StorageClass: 'STANDARD',
    }
  );
}

/** The account's number at the end of every bucket name [doc]. */
export function ownerOf(bucket: string): string {
  return bucket.slice(bucket.lastIndexOf('-') + 1);
}

function readMaxKeys(text: string | undefined): number {
  if (text === undefined) return MAX_KEYS;
  if (!/^\d{1,9}$/.test(text))
    throw invalidArgument(`max-keys is ${text}, expected a number up to ${MAX_KEYS}.`);
  return Math.min(Number(text), MAX_KEYS);
}

/** How texts are written: `encoding-type=url` writes a space as %20, never + [sdk]. */
export function written(encoding: 'url' | undefined): (text: string | undefined) => string {
  return (text = '') => (encoding === 'url' ? percentEncode(text) : text);
}

export function readEncoding(text: string | undefined): 'url' | undefined {
  if (text === undefined) return undefined;
  if (text !== 'url') throw invalidArgument(`encoding-type is ${text}, expected url.`);
  return 'url';
}
