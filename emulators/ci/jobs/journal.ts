import { type FileHandle, open, readFile } from 'node:fs/promises';
import { replaceFile } from '../objects/durable-file.ts';

interface Waiting {
  lines: string;
  done: () => void;
  failed: (error: unknown) => void;
}

/**
 * An append-only file of JSON lines. `append` resolves when its lines are on disk; whatever waits meanwhile shares the
 * next sync. A line torn by a crash was never acknowledged, and is left out when the file is opened again.
 */
export class Journal {
  readonly #file: FileHandle;
  #size: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** Reads what was there, lets `compact` say what of it to keep, and opens the rewritten file for appending. */
  static async open(path: string, tmp: string, compact: (records: unknown[]) => unknown[]): Promise<Journal> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const records = text.split('\n').flatMap(parseLine);
    await replaceFile(path, toLines(compact(records)), tmp);
    const file = await open(path, 'a');
    return new Journal(file, (await file.stat()).size);
  }

  append(records: readonly unknown[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.#waiting.push({ lines: toLines(records), done, failed });
      this.#writing ??= this.#drain();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const bytes = Buffer.from(batch.map((one) => one.lines).join(''));
        await this.#file.appendFile(bytes);
        await this.#file.datasync();
        this.#size += bytes.length;
        for (const one of batch) one.done();
      } catch (error) {
        // A full disk may have taken half a line: nothing may be appended to it.
        await this.#file.truncate(this.#size).catch(() => undefined);
        for (const one of batch) one.failed(error);
      }
    }
    this.#writing = undefined;
  }
}

function toLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

function parseLine(line: string): unknown[] {
  try {
    return line === '' ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}
