import { CiError } from '../ci-error.ts';
import { isPlausibleTime } from '../time.ts';
import { parseError } from '../xml/parse-error.ts';
import type { WireAnswer } from './exchange.ts';
import { parseRetryAfter } from './retry-after.ts';

/** What an answer says beside its body. */
export interface AnswerFacts {
  readonly status: number;
  /** x-ci-request-id, or COS's name for it */
  readonly requestId: string | undefined;
  /** the server's clock in unix milliseconds, to the second */
  readonly serverTimeMs: number | undefined;
}

export const NO_ANSWER: AnswerFacts = { status: 0, requestId: undefined, serverTimeMs: undefined };

export function answerFacts({ status, headers }: WireAnswer): AnswerFacts {
  const dateMs = Date.parse(headers.date ?? '');
  return {
    status,
    requestId: first(headers['x-ci-request-id'] ?? headers['x-cos-request-id']),
    serverTimeMs: isPlausibleTime(dateMs) ? dateMs : undefined,
  };
}

/** What the answer says to the question. @throws CiError: CI's refusal, or BadAnswer when it cannot be read */
export function readAnswer<T>(answer: WireAnswer, read: (body: Buffer) => T, nowMs: number): T {
  const { status, requestId, serverTimeMs } = answerFacts(answer);
  if (status < 200 || status > 299) {
    throw parseError({
      status,
      body: answer.body,
      requestId,
      traceId: first(answer.headers['x-ci-trace-id']),
      dateMs: serverTimeMs,
      retryAfterMs: parseRetryAfter(answer.headers['retry-after'], nowMs),
    });
  }
  try {
    return read(answer.body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CiError({
      status,
      requestId,
      kind: 'bad-answer',
      code: 'BadAnswer',
      message: `Cloud Infinite sent an answer that could not be read: ${reason}`,
      withoutEffect: false,
      cause,
    });
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
