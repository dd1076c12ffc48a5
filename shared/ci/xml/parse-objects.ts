import { parseXml, XmlError, type XmlShape } from './parse-xml.ts';
import { isElement, type XmlNode } from './xml-node.ts';

/** A page of a thousand keys of 850 bytes, percent-encoded, is some 3 MB. */
const MAX_OBJECTS_BYTES = 8 * 1024 * 1024;

export const OBJECTS_SHAPE: XmlShape = {
  root: 'ListBucketResult',
  maxBytes: MAX_OBJECTS_BYTES,
  lists: new Set(['ListBucketResult.Contents']),
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
  /** where the next page begins; '' on the last */
  readonly nextMarker: string;
}

/** Reads one page of GET Bucket with encoding-type=url [doc 436/7734]. Throws XmlError. */
export function parseObjects(bytes: Uint8Array): ObjectsPage {
  const result = parseXml(bytes, OBJECTS_SHAPE);
  const contents = result['Contents'];
  const objects = (Array.isArray(contents) ? contents : []).map(toObject);
  if (result['IsTruncated'] !== 'true') return { objects, nextMarker: '' };
  const marker = result['NextMarker'];
  const next = typeof marker === 'string' && marker !== '' ? decoded(marker) : objects.at(-1)?.key;
  if (next === undefined) throw new XmlError('NextMarker: expected a key on a page that is not the last');
  return { objects, nextMarker: next };
}

function toObject(node: XmlNode): ListedObject {
  const fields = isElement(node) ? node : {};
  const { Key: key, ETag: etag, Size: size, LastModified: modified } = fields;
  if (typeof key !== 'string' || key === '') throw new XmlError('Key: expected text');
  const modifiedMs = typeof modified === 'string' ? Date.parse(modified) : Number.NaN;
  if (typeof etag !== 'string' || Number.isNaN(modifiedMs)) {
    throw new XmlError(`${key.slice(0, 100)}: expected ETag and LastModified`);
  }
  return { key: decoded(key), etag: etag.replaceAll('"', ''), size: Number(size), modifiedMs };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new XmlError('Key: expected percent-encoded UTF-8');
  }
}
