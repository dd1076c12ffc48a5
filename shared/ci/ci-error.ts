import { cutText } from './cut-text.ts';
import type { ErrorKind } from './error-kind.ts';

export interface CiErrorDetails {
  readonly kind: ErrorKind;
  /** CI's Code, or ours where CI stated none: `NoAnswer`, `BadAnswer` */
  readonly code: string;
  readonly message: string;
  /** HTTP status of CI's answer; absent when none came */
  readonly status?: number | undefined;
  /** x-ci-request-id, for a ticket with Tencent */
  readonly requestId?: string | undefined;
  readonly traceId?: string | undefined;
  /** how long CI asked us to wait, in milliseconds */
  readonly retryAfterMs?: number | undefined;
  /** the server's clock in unix milliseconds, as its answer stated it */
  readonly serverTimeMs?: number | undefined;
  /** whether it is certain that the request had no effect: only then may a submission be repeated */
  readonly withoutEffect: boolean;
  readonly cause?: unknown;
}

/** Cloud Infinite did not do what was asked. What it said comes in shortened. */
export class CiError extends Error {
  override readonly name = 'CiError';
  readonly kind: ErrorKind;
  readonly code: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly traceId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly serverTimeMs: number | undefined;
  readonly withoutEffect: boolean;

  constructor(details: CiErrorDetails) {
    super(cutText(details.message), { cause: details.cause });
    this.kind = details.kind;
    this.code = cutText(details.code);
    this.status = details.status;
    this.requestId = cutIfAny(details.requestId);
    this.traceId = cutIfAny(details.traceId);
    this.retryAfterMs = details.retryAfterMs;
    this.serverTimeMs = details.serverTimeMs;
    this.withoutEffect = details.withoutEffect;
  }

  /** What went wrong, as it is kept with a watch or a submission. */
  get reason(): string {
    return cutText(`${this.code}: ${this.message}`);
  }

  /** Whether the same question may be answered if it is asked again. */
  get retryable(): boolean {
    if (this.kind === 'bad-answer') return this.status === undefined || !isRefusal(this.status);
    return this.kind === 'retryable' || this.kind === 'no-answer';
  }
}

function cutIfAny(text: string | undefined): string | undefined {
  return text === undefined ? undefined : cutText(text);
}

/** A 4xx with a body that is not CI's comes from something between us: asking again changes nothing. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
