import type { Instance } from './instance.ts';

/**
 * The instances of one function: a warm one is used again, a new one is started while fewer than `max` are at
 * work, and then events wait in a queue until they are given up.
 */
export class InstancePool {
  readonly #start: () => Instance;
  readonly #max: number;
  readonly #running = new Set<Instance>();
  /** Free and of the current build; the most recently used last. */
  #idle: Instance[] = [];
  readonly #busy = new Set<Instance>();
  /** At work on an event, but of an earlier build: not used again. */
  readonly #retired = new Set<Instance>();
  readonly #queue: Array<(instance: Instance | undefined) => void> = [];
  #closed = false;

  constructor(start: () => Instance, max: number) {
    this.#start = start;
    this.#max = max;
  }

  /** An instance for one event, to be given back by `release`; nothing when none came free until it is given up. */
  async acquire(giveUp: AbortSignal): Promise<Instance | undefined> {
    if (this.#closed || giveUp.aborted) return undefined;
    const warm = this.#idle.pop();
    if (warm !== undefined) return this.#assign(warm);
    if (this.#busy.size < this.#max) return this.#assign(this.#startOne());
    return await this.#waitInQueue(giveUp);
  }

  release(instance: Instance): void {
    this.#busy.delete(instance);
    const reusable = !this.#retired.delete(instance) && instance.alive && !this.#closed;
    if (!reusable) instance.kill();
    const next = this.#closed ? undefined : this.#queue.shift();
    if (next !== undefined) next(this.#assign(reusable ? instance : this.#startOne()));
    else if (reusable) this.#idle.push(instance);
  }

  /** From now on events go to instances of the new build; those at work finish theirs first. */
  reload(): void {
    for (const instance of this.#busy) this.#retired.add(instance);
    for (const instance of this.#idle.splice(0)) instance.kill();
  }

  /** Kills every instance, also at work, and resolves when none is left. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const next of this.#queue.splice(0)) next(undefined);
    const ends = Array.from(this.#running, (instance) => {
      instance.kill();
      return instance.exited;
    });
    await Promise.all(ends);
  }

  #startOne(): Instance {
    const instance = this.#start();
    this.#running.add(instance);
    void instance.exited.then(() => {
      this.#running.delete(instance);
      this.#idle = this.#idle.filter((other) => other !== instance);
    });
    return instance;
  }

  #assign(instance: Instance): Instance {
    this.#busy.add(instance);
    return instance;
  }

  #waitInQueue(giveUp: AbortSignal): Promise<Instance | undefined> {
    return new Promise((resolve) => {
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(take), 1);
        resolve(undefined);
      };
      const take = (instance: Instance | undefined) => {
        giveUp.removeEventListener('abort', leave);
        resolve(instance);
      };
      giveUp.addEventListener('abort', leave, { once: true });
      this.#queue.push(take);
    });
  }
}
