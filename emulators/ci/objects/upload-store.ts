import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ChecksumStream, type Checksums } from './checksum.ts';
import { replaceFile, syncFile, syncFolder } from './durable-file.ts';
import { KeyLock } from './key-lock.ts';
import type { Upload } from './object-store.ts';

/** Uploads that nobody completed are swept after a day: this is no place to keep things. */
const KEPT_MS = 24 * 3_600_000;
const ID = /^[0-9a-f]{64}$/;

/** A multipart upload that was begun. */
export interface BegunUpload {
  id: string;
  key: string;
  /** milliseconds */
  initiatedAt: number;
  upload: Upload;
}

export interface Part {
  number: number;
  size: number;
  /** the bare MD5 */
  etag: string;
  crc64: string;
  lastModified: number;
}

/** Parts of multipart uploads as files: what was acknowledged survives a restart. */
export class UploadStore {
  readonly #folder: string;
  readonly #tmp: string;
  readonly #now: () => number;
  readonly #lock = new KeyLock();

  constructor(folder: string, tmp: string, now: () => number) {
    this.#folder = folder;
    this.#tmp = tmp;
    this.#now = now;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await this.#sweep();
  }

  async begin(key: string, upload: Upload): Promise<BegunUpload> {
    await this.#sweep();
    const begun = { id: randomBytes(32).toString('hex'), key, initiatedAt: this.#now(), upload };
    await mkdir(join(this.#folder, begun.id));
    await replaceFile(this.#fileOf(begun.id, 'upload.json'), JSON.stringify(begun), this.#tmp);
    return begun;
  }

  async get(id: string): Promise<BegunUpload | undefined> {
    if (!ID.test(id)) return undefined;
    const text = await readFile(this.#fileOf(id, 'upload.json'), 'utf8').catch(() => undefined);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Those that were begun, in the order in which listings tell of them: by key, then by age. */
  async all(): Promise<BegunUpload[]> {
    const ids = await readdir(this.#folder);
    const found = await Promise.all(ids.map((id) => this.get(id)));
    return found
      .flatMap((one) => one ?? [])
      .sort(
        (a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.initiatedAt - b.initiatedAt,
      );
  }

  /** Takes a part; one of the same number is replaced [doc]. `accept` may throw to refuse. */
  async putPart(
    id: string,
    number: number,
    body: Readable,
    accept: (sums: Checksums) => void,
  ): Promise<Part> {
    const fresh = join(this.#tmp, randomUUID());
    try {
      const stream = new ChecksumStream();
      await pipeline(body, stream, createWriteStream(fresh, { flags: 'wx' }));
      const sums = stream.checksums();
      accept(sums);
      await syncFile(fresh);
      const part = {
        number,
        size: sums.size,
        etag: sums.md5.toString('hex'),
        crc64: sums.crc64,
        lastModified: this.#now(),
      };
      // The sums stand in the name: the bytes and what is known of them change in one step.
      return await this.#lock.run(id, async () => {
        const before = await this.#namesOf(id, number);
        const name = `${number}.${part.etag}.${part.crc64}`;
        await rename(fresh, this.#fileOf(id, name));
        for (const one of before) if (one !== name) await rm(this.#fileOf(id, one), { force: true });
        await syncFolder(join(this.#folder, id));
        return part;
      });
    } finally {
      await rm(fresh, { force: true });
    }
  }

  /** By their numbers. */
  async partsOf(id: string): Promise<Part[]> {
    const names = await this.#namesOf(id);
    const parts = await Promise.all(names.map((name) => this.#partOf(id, name)));
    // Of two with one number the later one counts: a kill came between them.
    const byNumber = new Map<number, Part>();
    for (const part of parts.sort((a, b) => a.lastModified - b.lastModified)) byNumber.set(part.number, part);
    return [...byNumber.values()].sort((a, b) => a.number - b.number);
  }

  /** The bytes of parts, one after the other. */
  read(id: string, parts: readonly Part[]): Readable {
    const files = parts.map(({ number, etag, crc64 }) => this.#fileOf(id, `${number}.${etag}.${crc64}`));
    return Readable.from(
      (async function* () {
        for (const file of files) yield* createReadStream(file);
      })(),
    );
  }

  async remove(id: string): Promise<void> {
    await rm(join(this.#folder, id), { recursive: true, force: true });
  }

  /** One at a time for each upload: two completions must not both make an object. */
  alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.run(`complete ${id}`, work);
  }

  async #sweep(): Promise<void> {
    for (const { id, initiatedAt } of await this.all())
      if (this.#now() - initiatedAt > KEPT_MS) await this.remove(id);
  }

  async #namesOf(id: string, number?: number): Promise<string[]> {
    const names = await readdir(join(this.#folder, id)).catch(() => []);
    return names.filter((name) =>
      number === undefined ? /^\d+\./.test(name) : name.startsWith(`${number}.`),
    );
  }

  async #partOf(id: string, name: string): Promise<Part> {
    const { size, mtimeMs } = await stat(this.#fileOf(id, name));
    const [number = '', etag = '', crc64 = ''] = name.split('.');
    return { number: Number(number), size, etag, crc64, lastModified: mtimeMs };
  }

  #fileOf(id: string, name: string): string {
    return join(this.#folder, id, name);
  }
}
