import { MAX_KEY_BYTES } from '../object-write.ts';
import { isPlausibleTime } from '../time.ts';
import { parseXml, type XmlShape } from './parse-xml.ts';
import { listsOf } from './read-tree.ts';
import { XmlError } from './xml-error.ts';
import { isElement, type XmlNode } from './xml-node.ts';

/** A page of a thousand keys of 850 bytes, percent-encoded, is some 3 MB. */
const MAX_OBJECTS_BYTES = 8 * 1024 * 1024;
/** COS takes no longer key [doc]. */
/** An MD5, or one and a number of parts. */
const LONGEST_ETAG = 128;

export const OBJECTS_SHAPE: XmlShape = {
  root: 'ListBucketResult',
  maxBytes: MAX_OBJECTS_BYTES,
  lists: listsOf(['ListBucketResult.Contents']),
};

export interface ListedObject {
  readonly key: string;
  /** without quotes */
  readonly etag: string;
  readonly size: number;
  /** LastModified in unix milliseconds */
  readonly modifiedMs: number;
}

export interface ObjectsPage {
  readonly objects: ListedObject[];
  /** what is wrong with each of those that were left out */
  readonly unreadable: readonly string[];
  /** where the next page begins; '' on the last */
  readonly nextMarker: string;
}

/**
 * Reads one page of GET Bucket with encoding-type=url [doc 436/7734]. An object that does not fit spoils none of the
 * others.
 *
 * @throws XmlError
 */
export function parseObjects(bytes: Uint8Array): ObjectsPage {
  const result = parseXml(bytes, OBJECTS_SHAPE);
  const contents = result['Contents'];
  const nodes = Array.isArray(contents) ? contents : [];
  const objects: ListedObject[] = [];
  const unreadable: string[] = [];
  for (const node of nodes) {
    try {
      objects.push(toObject(node));
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      unreadable.push(error.message);
    }
  }
  const nextMarker = result['IsTruncated'] === 'true' ? markerAfter(result['NextMarker'], nodes) : '';
  return { objects, unreadable, nextMarker };
}

/** Goes by what is listed last where COS names no marker, whether or not we can use that object. */
function markerAfter(stated: XmlNode | undefined, nodes: readonly XmlNode[]): string {
  const last = nodes.at(-1);
  const marker =
    typeof stated === 'string' && stated !== '' ? stated : isElement(last) ? last['Key'] : undefined;
  if (typeof marker === 'string' && marker !== '') return decoded(marker);
  throw new XmlError('NextMarker: expected a key on a page that is not the last');
}

function toObject(node: XmlNode): ListedObject {
  const fields = isElement(node) ? node : {};
  const { Key: encoded, ETag, Size, LastModified } = fields;
  if (typeof encoded !== 'string' || encoded === '') throw new XmlError('Key: expected text');
  const key = decoded(encoded);
  const of = `of ${key}`;
  if (key.includes('\0') || Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new XmlError(`Key: expected at most ${MAX_KEY_BYTES} bytes, and no NUL, got ${key}`);
  }
  const etag = typeof ETag === 'string' ? ETag.replaceAll('"', '') : '';
  if (etag === '' || etag.length > LONGEST_ETAG) {
    throw new XmlError(`ETag ${of}: expected 1 to ${LONGEST_ETAG} letters`);
  }
  const size = typeof Size === 'string' && /^\d+$/.test(Size) ? Number(Size) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw new XmlError(`Size ${of}: expected bytes`);
  const modifiedMs = typeof LastModified === 'string' ? Date.parse(LastModified) : Number.NaN;
  if (!isPlausibleTime(modifiedMs)) throw new XmlError(`LastModified ${of}: expected a time`);
  return { key, etag, size, modifiedMs };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new XmlError('Key: expected percent-encoded UTF-8');
  }
}
