/** While somebody holds a file open, it is looked at less and less often, up to this. */
const MAX_QUIET_MS = 2_000;

interface Waiting {
  state: string;
  /** Since when the file has been in this state. */
  since: number;
  /** How long it must stay so. */
  quietForMs: number;
}

/** The files that may be new, and for how long each has kept still. */
export class Candidates {
  readonly #waiting = new Map<string, Waiting | undefined>();
  readonly #quietMs: number;

  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get keys(): string[] {
    return [...this.#waiting.keys()];
  }

  add(key: string): void {
    if (!this.#waiting.has(key)) this.#waiting.set(key, undefined);
  }

  delete(key: string): void {
    this.#waiting.delete(key);
  }

  /** Takes down the file's state as it was found at a time; true when it has been so for long enough. */
  isQuiet(key: string, state: string, at: number): boolean {
    const last = this.#waiting.get(key);
    if (last?.state === state) return at - last.since >= last.quietForMs;
    this.#waiting.set(key, { state, since: at, quietForMs: this.#quietMs });
    return false;
  }

  /** Lets a file that is quiet wait once more, and longer than the last time. */
  postpone(key: string, at: number): void {
    const last = this.#waiting.get(key);
    if (last === undefined) return;
    const quietForMs = Math.min(last.quietForMs * 2, Math.max(MAX_QUIET_MS, this.#quietMs));
    this.#waiting.set(key, { ...last, since: at, quietForMs });
  }
}
