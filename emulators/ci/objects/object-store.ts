import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, type FileHandle, link, lstat, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServiceError } from '../service-error.ts';
import { ChecksumStream, type Checksums, checksumsOf } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import { syncFile, syncFolder } from './durable-file.ts';
import { KeyLock } from './key-lock.ts';
import { ObjectFolders } from './object-folders.ts';
import type { ObjectPlace } from './object-place.ts';
import { openPlain } from './open-plain.ts';
import { readFileInfo } from './read-file-info.ts';
import { makeSidecar, type ObjectInfo, saveSidecar, type Tag } from './sidecar.ts';

export interface Upload {
  contentType?: string | undefined;
  headers?: Record<string, string>;
  /** Of an object that was put together from parts: no MD5. */
  etag?: string;
  tags?: readonly Tag[] | undefined;
  acl?: string | undefined;
  /** What lies there already stays. */
  forbidsOverwrite?: boolean | undefined;
}

export interface OpenObject {
  info: ObjectInfo;
  handle: FileHandle;
}

/** The objects of one bucket as plain files. A write is seen only when it is whole and on disk. */
export class ObjectStore {
  readonly folders: ObjectFolders;
  readonly bucket: string;
  readonly tmp: string;
  /** The keys announced since the start: what else is not delivered, an earlier process has left so. */
  readonly announced = new Set<string>();
  readonly #isAnnounced: boolean;
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
    this.folders = new ObjectFolders(options.dataDir, options.bucket);
    this.bucket = options.bucket;
    this.tmp = options.tmp;
    this.#now = options.now;
    this.#isAnnounced = options.isAnnounced;
  }

  async prepare(): Promise<void> {
    await this.folders.prepare();
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

  /** Notes something with an object. @returns undefined when there is none */
  async note(key: string, noted: Pick<ObjectInfo, 'tags' | 'acl'>): Promise<ObjectInfo | undefined> {
    return this.withPlace(key, async (place) => {
      const handle = await openPlain(place.data);
      if (handle === undefined) return undefined;
      try {
        const known = await readFileInfo(this, key, place, handle);
        if (known === undefined) return undefined;
        const sidecar = { ...known, ...noted };
        await saveSidecar(place, sidecar, this.tmp);
        return sidecar;
      } finally {
        await handle.close();
      }
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
    return this.#lock.run(key, async () => work(await this.folders.placeOf(key)));
  }

  async #commit(key: string, file: string, sums: Checksums, upload: Upload): Promise<ObjectInfo> {
    await syncFile(file);
    return this.#lock.run(key, async () => {
      const place = await this.folders.placeOf(key, true);
      if (upload.forbidsOverwrite && (await lstat(place.data).catch(() => undefined))) {
        throw new ServiceError(
          409,
          'FileAlreadyExists',
          'The object exists, and x-cos-forbid-overwrite is true.',
        );
      }
      await rename(file, place.data);
      await syncFolder(dirname(place.data));
      const about = {
        contentType: upload.contentType ?? contentTypeOf(key),
        lastModified: this.#now(),
        headers: upload.headers ?? {},
        ...(upload.etag === undefined ? {} : { etag: upload.etag }),
        ...(upload.tags === undefined ? {} : { tags: upload.tags }),
        ...(upload.acl === undefined ? {} : { acl: upload.acl }),
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
}
