/** So many of the last requests are kept. */
const KEPT = 500;

/** A request as it was answered. Nothing of its signature is kept. */
export interface RecentRequest {
  /** RFC 3339, by the real clock */
  readonly at: string;
  readonly method: string;
  readonly bucket: string;
  readonly path: string;
  readonly operation: string;
  /** the status, or the fault that took the answer's place */
  readonly outcome: string;
  readonly ms: number;
}

/** The last requests, the newest first. */
export class RecentRequests {
  readonly #requests: RecentRequest[] = [];

  add(request: RecentRequest): void {
    this.#requests.unshift(request);
    this.#requests.length = Math.min(this.#requests.length, KEPT);
  }

  list(): readonly RecentRequest[] {
    return this.#requests;
  }
}
