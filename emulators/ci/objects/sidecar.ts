import type { BigIntStats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Checksums } from './checksum.ts';
import { replaceFile } from './durable-file.ts';
import type { ObjectPlace } from './object-place.ts';

/** What is known of one object beyond its bytes. `etag` is the bare MD5, times are milliseconds. */
export interface ObjectInfo {
  key: string;
  size: number;
  etag: string;
  crc64: string;
  contentType: string;
  lastModified: number;
  /** Headers given at upload that come back at download: `cache-control`, `x-cos-meta-*`, … */
  headers: Record<string, string>;
  tags?: readonly Tag[];
  /** The document of PUT Object acl, or one of the names that a header may give. */
  acl?: string;
}

export interface Tag {
  Key: string;
  Value: string;
}

/** The sidecar file: the info, and which state of the data file it was written for. */
export interface Sidecar extends ObjectInfo {
  bucket: string;
  inode: string;
  modifiedNs: string;
  /** The ETag that was last announced as a created object; none for a file put by hand and not yet noticed. */
  announced?: string;
  /** False while the listener has not said that it got hold of what was announced. */
  delivered?: boolean;
}

type Stats = Pick<BigIntStats, 'ino' | 'mtimeNs'>;

export function makeSidecar(
  name: Pick<Sidecar, 'bucket' | 'key'>,
  sums: Checksums,
  stats: Stats,
  about: Pick<ObjectInfo, 'contentType' | 'lastModified' | 'headers' | 'tags' | 'acl'> & { etag?: string },
): Sidecar {
  const { size, md5, crc64 } = sums;
  const [inode, modifiedNs] = [String(stats.ino), String(stats.mtimeNs)];
  return { ...name, size, etag: md5.toString('hex'), crc64, ...about, inode, modifiedNs };
}

/** Whether the data file is still the one that the sidecar was written for. */
export function isFor(sidecar: Sidecar, stats: Stats): boolean {
  return sidecar.inode === String(stats.ino) && sidecar.modifiedNs === String(stats.mtimeNs);
}

export async function saveSidecar(place: ObjectPlace, sidecar: Sidecar, tmp: string): Promise<void> {
  await replaceFile(place.sidecar, JSON.stringify(sidecar), tmp);
}

/** Reads a sidecar; a missing or torn one is `undefined`, and is then rebuilt from the content. */
export async function readSidecar(path: string): Promise<Sidecar | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isSidecar(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSidecar(value: unknown): value is Sidecar {
  if (typeof value !== 'object' || value === null) return false;
  const record: Record<string, unknown> = { ...value };
  const texts = ['bucket', 'key', 'etag', 'crc64', 'contentType', 'inode', 'modifiedNs'];
  const isWhole = texts.every((name) => typeof record[name] === 'string');
  return isWhole && typeof record['size'] === 'number' && typeof record['headers'] === 'object';
}
