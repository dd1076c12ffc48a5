import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, hasRealFolders, type ObjectPlace, plainPath } from './object-place.ts';

/** Where the objects of one bucket lie: as plain files, and under digests those whose keys no file can have. */
export class ObjectFolders {
  /** Of the plain files. */
  readonly plain: string;
  /** Of the keys that no file can have; its sidecars tell their keys. */
  readonly hashed: string;
  readonly #sidecars: string;
  readonly #bucket: string;

  constructor(dataDir: string, bucket: string) {
    this.plain = join(dataDir, 'buckets', bucket);
    this.hashed = join(dataDir, 'objects');
    this.#sidecars = join(dataDir, 'ci', 'metadata');
    this.#bucket = bucket;
  }

  async prepare(): Promise<void> {
    for (const folder of [this.plain, this.hashed, this.#sidecars]) await mkdir(folder, { recursive: true });
  }

  /** Where an object lies unless its key is one that no file can have. */
  plainPlace(key: string): ObjectPlace | undefined {
    const data = plainPath(this.plain, key);
    const sidecar = join(this.#sidecars, `${digestOf(this.#bucket, key)}.json`);
    return data === undefined ? undefined : { data, sidecar };
  }

  /** A key stays where it lies; a new one lies at its own path if a file can have it, else under its digest. */
  async placeOf(key: string, create = false): Promise<ObjectPlace> {
    const digest = digestOf(this.#bucket, key);
    const hashed = { data: join(this.hashed, digest), sidecar: join(this.hashed, `${digest}.json`) };
    if (await lstat(hashed.sidecar).catch(() => undefined)) return hashed;
    const plain = this.plainPlace(key);
    if (plain === undefined || !(await hasRealFolders(this.plain, key, create))) return hashed;
    const stats = await lstat(plain.data).catch(() => undefined);
    return stats === undefined || stats.isFile() ? plain : hashed;
  }
}
