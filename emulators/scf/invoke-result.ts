import type { InvokeFailure } from './failures.ts';

/** What became of one event. */
export type Outcome = {
  /** From the hand-over to the instance to its answer, without waiting and cold start; ms. */
  readonly durationMs: number;
  /** The instance's peak resident memory so far; 0 when it did not live to tell. */
  readonly peakMemoryBytes: number;
} & (
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: InvokeFailure }
);

export type InvokeResult = Outcome & { readonly requestId: string };
