import type { CiError } from '../ci-error.ts';

export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
  /** present with temporary credentials */
  readonly sessionToken?: string;
  /** unix seconds; present where it is known when temporary credentials end */
  readonly expiresAt?: number;
}

export interface ClientOptions {
  /** read for every request: the platform rotates a role's credentials */
  readonly credentials: () => Credentials;
  /** connect here instead of to the bucket's own host, which is signed and sent all the same */
  readonly endpoint?: URL | undefined;
  /** the same for the bucket's objects */
  readonly cosEndpoint?: URL | undefined;
  /** for one request, in milliseconds */
  readonly timeoutMs: number;
  /** unix milliseconds */
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** a number in [0, 1) */
  readonly random: () => number;
}

export interface CallOptions {
  /** unix milliseconds after which no answer is of use */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
  /**
   * Awaited before every request, retries included: background work waits here for its turn.
   * @param latestMs unix milliseconds; whoever leaves later has too little time for the answer
   */
  readonly admit?: (latestMs?: number) => Promise<void>;
  /** told of every request that left, retries included */
  readonly onExchange?: (exchange: ExchangeRecord) => void;
  /** told of every refusal, those that are tried again included */
  readonly onRefusal?: (error: CiError) => void;
}

export interface ExchangeRecord {
  readonly operation: string;
  /** 0 when no answer came */
  readonly status: number;
  readonly requestId: string | undefined;
  readonly durationMs: number;
  /** the server's clock in unix milliseconds, as its answer stated it, to the second */
  readonly serverTimeMs: number | undefined;
}
