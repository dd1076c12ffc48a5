import { CiError } from '../ci-error.ts';
import { withTimeLimit } from '../time-limit.ts';
import type { CiRequest } from './ci-request.ts';
import type { CallOptions } from './client-options.ts';
import type { ClockSkew } from './clock-skew.ts';
import { exchange } from './exchange.ts';
import { answerFacts, NO_ANSWER, readAnswer } from './read-answer.ts';
import { trackRequest } from './requests-under-way.ts';
import { MAX_ATTEMPTS, retryDelayMs } from './retry-delay.ts';
import { type ClientState, signRequest } from './sign-request.ts';

/** With less time than this an answer would seldom come: a question is asked again later, a submission is in doubt. */
const LEAST_QUESTION_MS = 500;
export const LEAST_SUBMISSION_MS = 2000;

/** Sends until an answer can be read, the error is permanent, the attempts are used up or the deadline is near. */
export async function send<T>(client: ClientState, request: CiRequest<T>, call: CallOptions): Promise<T> {
  const { now, sleep, random } = client.options;
  let clockCorrected = false;
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt(client, request, call);
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      call.onRefusal?.(error);
      if (!clockCorrected && isClockError(error, client.skew) && client.skew.correct(error.serverTimeMs)) {
        clockCorrected = true;
        failed -= 1;
        continue;
      }
      const mayRepeat = error.retryable && (request.idempotent || error.withoutEffect);
      if (!mayRepeat || failed >= MAX_ATTEMPTS || call.signal?.aborted) throw error;
      const delay = retryDelayMs(failed, error.retryAfterMs, random());
      if (now() + delay > latestStart(client, request, call)) throw error;
      await sleep(delay, call.signal);
    }
  }
}

/** A bad signature is answered with AccessDenied too: if the clocks differ by minutes, time is the likely reason. */
function isClockError(error: CiError, skew: ClockSkew): boolean {
  const refused = error.status === 401 || error.status === 403;
  return error.kind === 'clock' || (refused && skew.isFarFrom(error.serverTimeMs));
}

async function attempt<T>(client: ClientState, request: CiRequest<T>, call: CallOptions): Promise<T> {
  const { now, timeoutMs } = client.options;
  const { operation } = request;
  const latestMs = latestStart(client, request, call);
  await call.admit?.(latestMs);
  const startedMs = now();
  // A frozen process goes on here: what nobody waits for any more must not leave, a submission least of all.
  if (startedMs > latestMs) throw notAsked();
  const timeLeft = Math.min(timeoutMs, call.deadlineMs - startedMs);
  let facts = NO_ANSWER;
  try {
    const signed = signRequest(client, request);
    const answer = await withTimeLimit(timeLeft, call.signal, (signal) =>
      trackRequest(operation, exchange(signed, signal)),
    );
    facts = answerFacts(answer);
    return readAnswer(answer, request.read, now());
  } finally {
    const { status, requestId, serverTimeMs } = facts;
    call.onExchange?.({ operation, status, requestId, durationMs: now() - startedMs, serverTimeMs });
  }
}

/** The latest time at which it may leave, in unix milliseconds: what comes later has too little time for its answer. */
function latestStart(
  { options }: ClientState,
  { idempotent }: CiRequest<unknown>,
  { deadlineMs }: CallOptions,
): number {
  return deadlineMs - Math.min(idempotent ? LEAST_QUESTION_MS : LEAST_SUBMISSION_MS, options.timeoutMs);
}

function notAsked(): CiError {
  return new CiError({
    kind: 'no-answer',
    code: 'NoAnswer',
    message: 'Cloud Infinite was not asked: the time is up',
    withoutEffect: true,
  });
}
