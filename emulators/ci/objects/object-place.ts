import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where an object's bytes lie, and where its metadata lies beside the bucket. */
export interface ObjectPlace {
  data: string;
  sidecar: string;
}

const MAX_SEGMENT_BYTES = 255;

/** The file at the object's own key, or `undefined` for a key that no file can have. */
export function plainPath(bucketFolder: string, key: string): string | undefined {
  const segments = key.split('/');
  return segments.every(isFileName) ? join(bucketFolder, ...segments) : undefined;
}

function isFileName(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false;
  // A backslash separates folders on Windows, a lone surrogate has no bytes.
  return !/[\0\\]/.test(segment) && Buffer.byteLength(segment) <= MAX_SEGMENT_BYTES;
}

export function digestOf(bucket: string, key: string): string {
  return createHash('sha256').update(`${bucket}\0${key}`).digest('hex');
}

/**
 * Whether every folder above `key` is a real folder inside the bucket: never a file, never a symbolic link, so that no
 * key leads out of it. With `create` the missing ones are made.
 */
export async function hasRealFolders(bucketFolder: string, key: string, create = false): Promise<boolean> {
  let folder = bucketFolder;
  for (const segment of key.split('/').slice(0, -1)) {
    folder = join(folder, segment);
    if (create) await mkdir(folder).catch(ignoreExisting);
    const stats = await lstat(folder).catch(() => undefined);
    if (!stats?.isDirectory()) return false;
  }
  return true;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST' && error.code !== 'ENOTDIR') throw error;
}
