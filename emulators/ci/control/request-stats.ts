/** What the service has seen since the start or the last reset. Control requests do not count. */
export class RequestStats {
  #requests = new Map<string, Map<string, number>>();
  #callbacks = new Map<string, number>();
  #signatureFailures = 0;
  #idsAsked = 0;
  #inFlight = 0;
  #maxInFlight = 0;
  #lastSecond: number[] = [];
  #maxPerSecond = 0;

  arrived(): void {
    this.#inFlight += 1;
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#inFlight);
    const now = performance.now();
    this.#lastSecond.push(now);
    const stale = this.#lastSecond.findIndex((at) => at > now - 1000);
    if (stale > 0) this.#lastSecond.splice(0, stale);
    this.#maxPerSecond = Math.max(this.#maxPerSecond, this.#lastSecond.length);
  }

  /** The connection is done with the request, answered or not. */
  gone(): void {
    this.#inFlight -= 1;
  }

  /** `outcome` is the status answered, or the fault that took the answer's place: `reset`, `hang`, `truncate`. */
  settled(operation: string, outcome: string): void {
    const outcomes = this.#requests.get(operation) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.#requests.set(operation, outcomes);
  }

  /** `outcome` is the status that the receiver answered, or why there was none: `failed`, `dropped`, `refused`. */
  calledBack(outcome: string): void {
    this.#callbacks.set(outcome, (this.#callbacks.get(outcome) ?? 0) + 1);
  }

  asked(ids: number): void {
    this.#idsAsked += ids;
  }

  refused(): void {
    this.#signatureFailures += 1;
  }

  describe(): unknown {
    return {
      requests: Object.fromEntries(
        [...this.#requests].map(([name, outcomes]) => [name, Object.fromEntries(outcomes)]),
      ),
      callbacks: Object.fromEntries(this.#callbacks),
      signatureFailures: this.#signatureFailures,
      idsAsked: this.#idsAsked,
      inFlight: this.#inFlight,
      maxInFlight: this.#maxInFlight,
      maxPerSecond: this.#maxPerSecond,
    };
  }

  reset(): void {
    this.#requests = new Map();
    this.#callbacks = new Map();
    this.#signatureFailures = 0;
    this.#idsAsked = 0;
    this.#maxInFlight = this.#inFlight;
    this.#lastSecond = [];
    this.#maxPerSecond = 0;
  }
}
