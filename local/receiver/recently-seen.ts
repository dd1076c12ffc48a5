/** How many texts are remembered, the latest. */
const REMEMBERED = 10_000;

/** Tells what has come before from what is new: events are delivered at least once, and some lines are logged often. */
export class RecentlySeen {
  readonly #texts = new Set<string>();

  /** @returns whether the text was there already */
  add(text: string): boolean {
    if (this.#texts.has(text)) return true;
    this.#texts.add(text);
    const [oldest] = this.#texts;
    if (this.#texts.size > REMEMBERED && oldest !== undefined) this.#texts.delete(oldest);
    return false;
  }
}
