import type { InvocationContext } from './invocation-context.ts';

/** The function's role, as the platform puts it into the environment. */
export interface Credentials {
  readonly secretId: string;
  readonly secretKey: string;
  readonly sessionToken?: string;
}

interface PlainError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
}

/** What the runtime sends to an instance: one event, as JSON text. */
export interface ToInstance {
  readonly event: string;
  readonly context: InvocationContext;
  readonly credentials: Credentials;
}

/** What an instance answers: once whether the function loaded, then one message per event. */
export type FromInstance =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'load-failed'; readonly error: PlainError }
  | { readonly kind: 'returned'; readonly body: string; readonly peakMemoryBytes: number }
  | { readonly kind: 'threw'; readonly error: PlainError; readonly peakMemoryBytes: number };
