import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Crc64 } from './crc64.ts';

export interface Checksums {
  size: number;
  md5: Buffer;
  crc64: string;
}

/** A pass-through that sums up what flows through it; `checksums` is complete when the stream has ended. */
export class ChecksumStream extends Transform {
  readonly #md5 = createHash('md5');
  readonly #crc64 = new Crc64();
  #size = 0;

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.#md5.update(chunk);
    this.#crc64.update(chunk);
    this.#size += chunk.length;
    done(null, chunk);
  }

  checksums(): Checksums {
    return { size: this.#size, md5: this.#md5.digest(), crc64: this.#crc64.digest() };
  }
}

/** Sums up a whole file, by path or from the start of an open one, which stays open. */
export async function checksumsOf(source: string | FileHandle): Promise<Checksums> {
  const sums = new ChecksumStream();
  const stream =
    typeof source === 'string'
      ? createReadStream(source)
      : source.createReadStream({ start: 0, autoClose: false });
  await pipeline(stream, sums, new Writable({ write: (_chunk, _encoding, done) => done() }));
  return sums.checksums();
}
