/** The service's clock in milliseconds; tests shift it through the control surface. */
export class CloudClock {
  offsetMs = 0;
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  now(): number {
    return this.#now() + this.offsetMs;
  }
}
