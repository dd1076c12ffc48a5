import { type Bucket, ciHost, cosHost } from '../bucket.ts';
import { CiError } from '../ci-error.ts';
import { keyTimeAt } from '../signature/key-time.ts';
import { sign } from '../signature/sign.ts';
import type { DeriveSignKey } from '../signature/sign-key.ts';
import { isPlausibleTime } from '../time.ts';
import { withTimeLimit } from '../time-limit.ts';
import { parseError } from '../xml/parse-error.ts';
import type { CallOptions, ClientOptions, Credentials } from './client-options.ts';
import type { ClockSkew } from './clock-skew.ts';
import { exchange, type WireAnswer } from './exchange.ts';
import { requestTarget } from './request-target.ts';
import { parseRetryAfter } from './retry-after.ts';
import { MAX_ATTEMPTS, retryDelayMs } from './retry-delay.ts';
import { countAsUnderWay } from './under-way.ts';

/** What leaves with less time than this would seldom hear its answer: a question is asked again, a submission is in doubt. */
const LEAST_QUESTION_MS = 500;
export const LEAST_SUBMISSION_MS = 2000;

/** One call of CI's API, before it is signed. */
export interface CiRequest {
  /** the API's own name, for logs */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly bucket: Bucket;
  /** jobs are asked of CI, objects of COS; CI unless it says so */
  readonly service?: 'ci' | 'cos';
  /** decoded */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly maxBytes: number;
  /** whether asking twice does no more than asking once: a submission costs money each time */
  readonly idempotent: boolean;
}

export interface Sending {
  readonly options: ClientOptions;
  readonly skew: ClockSkew;
  readonly signKeyOf: DeriveSignKey;
}

/** Sends until an answer satisfies `read`, the error is permanent, the attempts are used up or the deadline is near. */
export async function send<T>(
  sender: Sending,
  request: CiRequest,
  call: CallOptions,
  read: (body: Buffer) => T,
): Promise<T> {
  const { now, sleep, random } = sender.options;
  let clockCorrected = false;
  for (let failed = 1; ; failed += 1) {
    try {
      return await attempt(sender, request, call, read);
    } catch (error) {
      if (!(error instanceof CiError)) throw error;
      call.onRefusal?.(error);
      if (!clockCorrected && blamesClock(error, sender.skew) && sender.skew.correct(error.serverTimeMs)) {
        clockCorrected = true;
        failed -= 1;
        continue;
      }
      const mayRepeat = error.retryable && (request.idempotent || error.withoutEffect);
      if (!mayRepeat || failed >= MAX_ATTEMPTS || call.signal?.aborted) throw error;
      const delay = retryDelayMs(failed, error.retryAfterMs, random());
      if (now() + delay > latestStart(sender, request, call)) throw error;
      await sleep(delay, call.signal);
    }
  }
}

/** A bad signature is answered with AccessDenied too: if the clocks differ by minutes, time is the likely reason. */
function blamesClock(error: CiError, skew: ClockSkew): boolean {
  const refused = error.status === 401 || error.status === 403;
  return error.kind === 'clock' || (refused && skew.isFarFrom(error.serverTimeMs));
}

async function attempt<T>(
  sender: Sending,
  request: CiRequest,
  call: CallOptions,
  read: (body: Buffer) => T,
): Promise<T> {
  const { now, timeoutMs } = sender.options;
  const latestMs = latestStart(sender, request, call);
  await call.admit?.(latestMs);
  const startedMs = now();
  // A process that was frozen wakes here: what nobody waits for any more must not leave, a submission least of all.
  if (startedMs > latestMs) throw timeIsUp();
  const timeLeft = Math.min(timeoutMs, call.deadlineMs - startedMs);
  let status = 0;
  let requestId: string | undefined;
  let serverTimeMs: number | undefined;
  try {
    const wire = toWire(sender, request);
    const answer = await withTimeLimit(timeLeft, call.signal, (signal) =>
      countAsUnderWay(request.operation, exchange(wire, signal)),
    );
    status = answer.status;
    serverTimeMs = dateOf(answer);
    requestId = first(answer.headers['x-ci-request-id'] ?? answer.headers['x-cos-request-id']);
    if (status < 200 || status > 299) throw parseError(errorAnswer(answer, requestId, now()));
    return readAnswer(answer.body, read, { status, requestId });
  } finally {
    const durationMs = now() - startedMs;
    call.onExchange?.({ operation: request.operation, status, requestId, durationMs, serverTimeMs });
  }
}

/** The latest time at which it may leave, in unix milliseconds: what comes later has too little time for its answer. */
function latestStart({ options }: Sending, { idempotent }: CiRequest, { deadlineMs }: CallOptions): number {
  return deadlineMs - Math.min(idempotent ? LEAST_QUESTION_MS : LEAST_SUBMISSION_MS, options.timeoutMs);
}

/** Whoever has no credentials is refused as CI would refuse them, before anything leaves. */
function readCredentials(options: ClientOptions): Credentials {
  try {
    return options.credentials();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CiError({ kind: 'denied', code: 'NoCredentials', message, withoutEffect: true, cause });
  }
}

function timeIsUp(): CiError {
  return new CiError({
    kind: 'no-answer',
    code: 'NoAnswer',
    message: 'Cloud Infinite was not asked: the time is up',
    withoutEffect: true,
  });
}

function toWire(sender: Sending, request: CiRequest) {
  const { options, skew, signKeyOf } = sender;
  const credentials = readCredentials(options);
  const ofObjects = request.service === 'cos';
  const host = ofObjects ? cosHost(request.bucket) : ciHost(request.bucket);
  const tokenHeader = ofObjects ? 'x-cos-security-token' : 'x-ci-security-token';
  const endpoint = ofObjects ? options.cosEndpoint : options.endpoint;
  const headers: Record<string, string> = {
    host,
    ...(request.body === undefined
      ? {}
      : { 'content-type': 'application/xml', 'content-length': String(Buffer.byteLength(request.body)) }),
    ...(credentials.sessionToken === undefined ? {} : { [tokenHeader]: credentials.sessionToken }),
  };
  const { authorization } = sign(
    {
      method: request.method,
      path: request.path,
      query: request.query,
      headers,
      secretId: credentials.secretId,
      secretKey: credentials.secretKey,
      keyTime: keyTimeAt(options.now() + skew.offsetMs),
    },
    signKeyOf,
  );
  return {
    method: request.method,
    origin: endpoint ?? new URL(`https://${host}`),
    target: requestTarget(request.path, request.query),
    headers: { ...headers, authorization },
    body: request.body,
    maxBytes: request.maxBytes,
    freshConnection: !request.idempotent,
  };
}

function errorAnswer(answer: WireAnswer, requestId: string | undefined, nowMs: number) {
  return {
    status: answer.status,
    body: answer.body,
    requestId,
    traceId: first(answer.headers['x-ci-trace-id']),
    dateMs: dateOf(answer),
    retryAfterMs: parseRetryAfter(answer.headers['retry-after'], nowMs),
  };
}

function dateOf(answer: WireAnswer): number | undefined {
  const dateMs = Date.parse(answer.headers.date ?? '');
  return isPlausibleTime(dateMs) ? dateMs : undefined;
}

function readAnswer<T>(
  body: Buffer,
  read: (body: Buffer) => T,
  about: { status: number; requestId: string | undefined },
): T {
  try {
    return read(body);
  } catch (cause) {
    throw new CiError({
      ...about,
      kind: 'bad-answer',
      code: 'BadAnswer',
      message: `Cloud Infinite answered nonsense: ${cause instanceof Error ? cause.message : String(cause)}`,
      withoutEffect: false,
      cause,
    });
  }
}

function first(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
