import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, type FileHandle, link, lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChecksumStream, type Checksums, checksumsOf } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import { replaceFile, syncFile, syncFolder } from './durable-file.ts';
import { KeyLock } from './key-lock.ts';
import { digestOf, hasRealFolders, type ObjectPlace, plainPath } from './object-place.ts';
import { openPlain } from './open-plain.ts';
import { isFor, makeSidecar, type ObjectInfo, readSidecar } from './sidecar.ts';

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
  readonly #bucket: string;
  readonly #hashed: string;
  readonly #sidecars: string;
  readonly #tmp: string;
  readonly #now: () => number;
  readonly #lock = new KeyLock();

  constructor(options: { dataDir: string; tmp: string; bucket: string; now: () => number }) {
    this.bucketFolder = join(options.dataDir, 'buckets', options.bucket);
    this.#bucket = options.bucket;
    this.#hashed = join(options.dataDir, 'objects');
    this.#sidecars = join(options.dataDir, 'ci', 'metadata');
    this.#tmp = options.tmp;
    this.#now = options.now;
  }

  async prepare(): Promise<void> {
    for (const folder of [this.bucketFolder, this.#hashed, this.#sidecars])
      await mkdir(folder, { recursive: true });
  }

  /** The folder of the keys that no file can have; its sidecars tell their keys. */
  get hashedFolder(): string {
    return this.#hashed;
  }

  /** Writes a stream; `accept` sees the sums before anything becomes visible and may throw to refuse. */
  async write(
    key: string,
    body: Readable,
    upload: Upload,
    accept: (sums: Checksums) => void,
  ): Promise<ObjectInfo> {
    const fresh = join(this.#tmp, randomUUID());
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
    return this.#lock.run(key, async () => {
      const place = await this.#placeOf(key);
      const handle = await openPlain(place.data);
      if (handle === undefined) return undefined;
      try {
        const info = await this.#infoOf(key, place, handle);
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
    return this.#lock.run(key, async () => {
      const { data } = await this.#placeOf(key);
      const stats = await lstat(data).catch(() => undefined);
      if (!stats?.isFile()) return false;
      await link(data, path).catch(() => copyFile(data, path));
      return true;
    });
  }

  async remove(key: string): Promise<void> {
    await this.#lock.run(key, async () => {
      const place = await this.#placeOf(key);
      const stats = await lstat(place.data).catch(() => undefined);
      if (!stats?.isFile()) return;
      await rm(place.data);
      await rm(place.sidecar, { force: true });
      await syncFolder(dirname(place.data));
    });
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
      const sidecar = makeSidecar({ bucket: this.#bucket, key }, sums, stats, about);
      await replaceFile(place.sidecar, JSON.stringify(sidecar), this.#tmp);
      return sidecar;
    });
  }

  /** A key stays where it lies; a new one lies at its own path if a file can have it, else under its digest. */
  async #placeOf(key: string, create = false): Promise<ObjectPlace> {
    const digest = digestOf(this.#bucket, key);
    const hashed = { data: join(this.#hashed, digest), sidecar: join(this.#hashed, `${digest}.json`) };
    if (await lstat(hashed.sidecar).catch(() => undefined)) return hashed;
    const plain = plainPath(this.bucketFolder, key);
    if (plain === undefined || !(await hasRealFolders(this.bucketFolder, key, create))) return hashed;
    const stats = await lstat(plain).catch(() => undefined);
    if (stats !== undefined && !stats.isFile()) return hashed;
    return { data: plain, sidecar: join(this.#sidecars, `${digest}.json`) };
  }

  /** The sidecar's word, or, for a file that somebody put or changed by hand, what its content says. */
  async #infoOf(key: string, place: ObjectPlace, handle: FileHandle): Promise<ObjectInfo | undefined> {
    const stats = await handle.stat({ bigint: true });
    if (!stats.isFile()) return undefined;
    const known = await readSidecar(place.sidecar);
    if (known?.key === key && isFor(known, stats)) return known;
    const about = { contentType: contentTypeOf(key), lastModified: Number(stats.mtimeMs), headers: {} };
    const sidecar = makeSidecar({ bucket: this.#bucket, key }, await checksumsOf(handle), stats, about);
    await replaceFile(place.sidecar, JSON.stringify(sidecar), this.#tmp);
    return sidecar;
  }
}
