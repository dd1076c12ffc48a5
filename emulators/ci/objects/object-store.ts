import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, type FileHandle, link, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChecksumStream, type Checksums, checksumsOf } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import { syncFile, syncFolder } from './durable-file.ts';
import { KeyLock } from './key-lock.ts';
import { digestOf, hasRealFolders, type ObjectPlace, plainPath } from './object-place.ts';
import { openPlain } from './open-plain.ts';
import { readFileInfo } from './read-file-info.ts';
import { makeSidecar, type ObjectInfo, saveSidecar } from './sidecar.ts';

export interface Upload {
  contentType?: string | undefined;
  headers?: Record<string, string>;
}

export interface OpenObject {
  info: ObjectInfo;
  handle: FileHandle;
}

/** The objects of one bucket as plain files. A write is seen only when it is whole and on disk. */
export class ObjectStore {
  readonly bucketFolder: string;
  readonly bucket: string;
  readonly tmp: string;
  /** The keys announced since the start: what else is not delivered, an earlier process has left so. */
  readonly announced = new Set<string>();
  readonly #isAnnounced: boolean;
  /** Of the keys that no file can have; its sidecars tell their keys. */
  readonly hashedFolder: string;
  readonly #sidecars: string;
  readonly #now: () => number;
  readonly #lock = new KeyLock();

  /** @param options isAnnounced: whether there is somebody who is told of what is written */
  constructor(options: {
    dataDir: string;
    tmp: string;
    bucket: string;
    now: () => number;
    isAnnounced: boolean;
  }) {
    this.bucketFolder = join(options.dataDir, 'buckets', options.bucket);
    this.bucket = options.bucket;
    this.hashedFolder = join(options.dataDir, 'objects');
    this.#sidecars = join(options.dataDir, 'ci', 'metadata');
    this.tmp = options.tmp;
    this.#now = options.now;
    this.#isAnnounced = options.isAnnounced;
  }

  async prepare(): Promise<void> {
    for (const folder of [this.bucketFolder, this.hashedFolder, this.#sidecars])
      await mkdir(folder, { recursive: true });
  }

  /** Writes a stream; `accept` sees the sums before anything becomes visible and may throw to refuse. */
  async write(
    key: string,
    body: Readable,
    upload: Upload,
    accept: (sums: Checksums) => void,
  ): Promise<ObjectInfo> {
    const fresh = join(this.tmp, randomUUID());
    try {
      const sums = new ChecksumStream();
      await pipeline(body, sums, createWriteStream(fresh, { flags: 'wx' }));
      const result = sums.checksums();
      accept(result);
      return await this.#commit(key, fresh, result, upload);
    } finally {
      await rm(fresh, { force: true });
    }
  }

  /** Takes over a finished file on the same disk, such as a rendered picture. */
  async adopt(key: string, file: string, upload: Upload): Promise<ObjectInfo> {
    return this.#commit(key, file, await checksumsOf(file), upload);
  }

  /** Opens an object for reading; the caller closes the handle. A symbolic link is no object. */
  async open(key: string): Promise<OpenObject | undefined> {
    return this.withPlace(key, async (place) => {
      const handle = await openPlain(place.data);
      if (handle === undefined) return undefined;
      try {
        const info = await readFileInfo(this, key, place, handle);
        if (info !== undefined) return { info, handle };
      } catch (error) {
        await handle.close();
        throw error;
      }
      await handle.close();
      return undefined;
    });
  }

  async info(key: string): Promise<ObjectInfo | undefined> {
    const opened = await this.open(key);
    await opened?.handle.close();
    return opened?.info;
  }

  /** Gives the object's bytes as they are now a second name, so that a later overwrite does not disturb a reader. */
  async link(key: string, path: string): Promise<boolean> {
    return this.withPlace(key, async ({ data }) => {
      const stats = await lstat(data).catch(() => undefined);
      if (!stats?.isFile()) return false;
      await link(data, path).catch(() => copyFile(data, path));
      return true;
    });
  }

  async remove(key: string): Promise<void> {
    await this.withPlace(key, async (place) => {
      const stats = await lstat(place.data).catch(() => undefined);
      if (!stats?.isFile()) return;
      await rm(place.data);
      await rm(place.sidecar, { force: true });
      await syncFolder(dirname(place.data));
    });
  }

  /** Does something to an object's files while nobody else writes or opens the object. */
  withPlace<T>(key: string, work: (place: ObjectPlace) => Promise<T>): Promise<T> {
    return this.#lock.run(key, async () => work(await this.#placeOf(key)));
  }

  /** Where an object lies unless its key is one that no file can have. */
  plainPlace(key: string): ObjectPlace | undefined {
    const data = plainPath(this.bucketFolder, key);
    const sidecar = join(this.#sidecars, `${digestOf(this.bucket, key)}.json`);
    return data === undefined ? undefined : { data, sidecar };
  }

  async #commit(key: string, file: string, sums: Checksums, upload: Upload): Promise<ObjectInfo> {
    await syncFile(file);
    return this.#lock.run(key, async () => {
      const place = await this.#placeOf(key, true);
      await rename(file, place.data);
      await syncFolder(dirname(place.data));
      const about = {
        contentType: upload.contentType ?? contentTypeOf(key),
        lastModified: this.#now(),
        headers: upload.headers ?? {},
      };
      const stats = await lstat(place.data, { bigint: true });
      const sidecar = makeSidecar({ bucket: this.bucket, key }, sums, stats, about);
      // Whoever writes through the service announces it: it is no file put by hand.
      this.announced.add(key);
      const notes = { announced: sidecar.etag, delivered: !this.#isAnnounced };
      await saveSidecar(place, { ...sidecar, ...notes }, this.tmp);
      return sidecar;
    });
  }

  /** A key stays where it lies; a new one lies at its own path if a file can have it, else under its digest. */
  async #placeOf(key: string, create = false): Promise<ObjectPlace> {
    const digest = digestOf(this.bucket, key);
    const hashed = {
      data: join(this.hashedFolder, digest),
      sidecar: join(this.hashedFolder, `${digest}.json`),
    };
    if (await lstat(hashed.sidecar).catch(() => undefined)) return hashed;
    const plain = this.plainPlace(key);
    if (plain === undefined || !(await hasRealFolders(this.bucketFolder, key, create))) return hashed;
    const stats = await lstat(plain.data).catch(() => undefined);
    return stats === undefined || stats.isFile() ? plain : hashed;
  }
}
