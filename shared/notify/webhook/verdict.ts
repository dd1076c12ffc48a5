import type { Attempt } from './post-webhook.ts';

/** What an attempt means for its delivery. */
export type DeliveryVerdict =
  | { readonly outcome: 'delivered'; readonly status: number }
  /** the endpoint is gone: it is switched off, and the delivery waits until somebody switches it on */
  | { readonly outcome: 'gone'; readonly status: number; readonly error: string }
  /** the endpoint is well and asks for patience: no attempt is lost by it */
  | { readonly outcome: 'later'; readonly status: number; readonly error: string; readonly pauseMs: number }
  | {
      readonly outcome: 'failed';
      /** null when there was no answer */
      readonly status: number | null;
      readonly error: string;
      /** how long the endpoint wants to be left alone */
      readonly pauseMs: number;
    };

/** Reads an answer as the Standard Webhooks specification asks: a 2xx and nothing else is a success. */
export function verdictOf(attempt: Attempt): DeliveryVerdict {
  if (attempt.kind === 'failed')
    return { outcome: 'failed', status: null, error: attempt.reason, pauseMs: 0 };
  const { status, retryAfterMs = 0 } = attempt;
  if (status >= 200 && status < 300) return { outcome: 'delivered', status };
  const error = `answered ${status}: expected a 2xx`;
  if (status === 410) return { outcome: 'gone', status, error };
  const outcome = status === 429 && retryAfterMs > 0 ? 'later' : 'failed';
  return { outcome, status, error, pauseMs: retryAfterMs };
}
