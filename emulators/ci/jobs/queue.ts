import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { replaceFile } from '../objects/durable-file.ts';

export type QueueState = 'Active' | 'Paused';

/** A bucket's one queue: paused, it takes jobs and begins none [doc]. */
export class Queue {
  readonly id: string;
  #state: QueueState = 'Active';
  #updatedAt: number | undefined;
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
    const text = await readFile(this.#file, 'utf8').catch(() => '{}');
    const { state, updatedAt } = JSON.parse(text) as { state?: QueueState; updatedAt?: number };
    this.#state = state ?? 'Active';
    this.#updatedAt = updatedAt;
  }

  get state(): QueueState {
    return this.#state;
  }

  get updatedAt(): number | undefined {
    return this.#updatedAt;
  }

  async set(state: QueueState, now: number): Promise<void> {
    await replaceFile(this.#file, JSON.stringify({ state, updatedAt: now }), this.#tmp);
    const isResumed = this.#state === 'Paused' && state === 'Active';
    this.#state = state;
    this.#updatedAt = now;
    if (isResumed) this.#onResumed();
  }
}
