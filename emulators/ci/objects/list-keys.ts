import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectFolders } from './object-folders.ts';
import { readSidecar } from './sidecar.ts';

/** Every key that begins with `prefix`, in the order of its UTF-8 bytes, as COS lists them [doc]. */
export async function listKeys(folders: ObjectFolders, bucket: string, prefix: string): Promise<string[]> {
  const keys = new Set<string>();
  for await (const key of filesUnder(folders.plain, '', prefix)) keys.add(key);
  for (const name of await readdir(folders.hashed)) {
    const sidecar = name.endsWith('.json') ? await readSidecar(join(folders.hashed, name)) : undefined;
    if (sidecar?.bucket === bucket && sidecar.key.startsWith(prefix)) keys.add(sidecar.key);
  }
  return [...keys].sort(byUtf8);
}

/** Real files only: links are skipped, and folders that cannot hold the prefix are not entered. */
async function* filesUnder(folder: string, parent: string, prefix: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const key = parent + entry.name;
    if (entry.isFile()) {
      if (key.startsWith(prefix)) yield key;
    } else if (entry.isDirectory()) {
      const below = `${key}/`;
      if (below.startsWith(prefix) || prefix.startsWith(below))
        yield* filesUnder(join(folder, entry.name), below, prefix);
    }
  }
}

export function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
