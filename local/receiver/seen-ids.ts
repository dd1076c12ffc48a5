/** Deliveries come at least once: what has been seen is told apart from what is new, as long as this many are kept. */
const KEPT_IDS = 10_000;

export class SeenIds {
  readonly #ids = new Set<string>();

  /** @returns whether the id was there already */
  add(id: string): boolean {
    if (this.#ids.has(id)) return true;
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > KEPT_IDS && oldest !== undefined) this.#ids.delete(oldest);
    return false;
  }
}
