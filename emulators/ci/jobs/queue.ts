import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { replaceFile } from '../objects/durable-file.ts';

export type QueueState = 'Active' | 'Paused';

/** Whom a queue tells of its jobs' ends, where they name nobody themselves. */
export interface QueueNotice {
  url: string;
  format: 'JSON' | 'XML';
}

interface Kept {
  state: QueueState;
  notice?: QueueNotice;
  updatedAt?: number;
}

/** A bucket's one queue: paused, it takes jobs and begins none [doc]. */
export class Queue {
  readonly id: string;
  #kept: Kept = { state: 'Active' };
  readonly #file: string;
  readonly #tmp: string;
  readonly #onResumed: () => void;

  constructor(bucket: string, file: string, tmp: string, onResumed: () => void) {
    // always the same `p` + 32 hex digits for a bucket
    this.id = `p${createHash('md5').update(`queue of ${bucket}`).digest('hex')}`;
    this.#file = file;
    this.#tmp = tmp;
    this.#onResumed = onResumed;
  }

  async open(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => undefined);
    if (text !== undefined) this.#kept = JSON.parse(text);
  }

  get state(): QueueState {
    return this.#kept.state;
  }

  get updatedAt(): number | undefined {
    return this.#kept.updatedAt;
  }

  get notice(): QueueNotice | undefined {
    return this.#kept.notice;
  }

  async set(state: QueueState, notice: QueueNotice | undefined, now: number): Promise<void> {
    const kept = { state, ...(notice === undefined ? {} : { notice }), updatedAt: now };
    await replaceFile(this.#file, JSON.stringify(kept), this.#tmp);
    const isResumed = this.#kept.state === 'Paused' && state === 'Active';
    this.#kept = kept;
    if (isResumed) this.#onResumed();
  }
}
