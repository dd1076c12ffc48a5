import type { IncomingMessage, OutgoingHttpHeaders, RequestOptions } from 'node:http';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { CiError } from '../ci-error.ts';
import { errorCode } from '../error-code.ts';
import { TimeUp } from '../time-limit.ts';

/** One HTTP request, ready to be put on the wire. */
export interface WireRequest {
  readonly method: string;
  /** where to connect; the Host header may say something else */
  readonly origin: URL;
  /** percent-encoded path and query */
  readonly target: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | undefined;
  /** a larger answer is cut off and refused */
  readonly maxBytes: number;
  /** Nothing that matters may ride on a socket that the server has perhaps just closed. */
  readonly freshConnection: boolean;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Sockets are kept between the requests of an instance, as many as one call uses at a time. */
const MAX_FREE_SOCKETS = 8;
const agents = {
  'http:': new HttpAgent({ keepAlive: true, maxFreeSockets: MAX_FREE_SOCKETS }),
  'https:': new HttpsAgent({ keepAlive: true, maxFreeSockets: MAX_FREE_SOCKETS }),
};

/** Errors of a connection that never came to be: the request cannot have reached anybody. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Sends one request and reads the whole answer. However the socket ends, and if it never does, this settles: the
 * signal is listened to here, since Node would leave it with a socket that is kept for others.
 *
 * @throws CiError NoAnswer or BadAnswer; an abort is NoAnswer
 */
export function exchange(request: WireRequest, signal: AbortSignal): Promise<WireAnswer> {
  const secure = request.origin.protocol === 'https:';
  const options: RequestOptions = {
    method: request.method,
    // An IPv6 address stands in brackets in a URL only.
    host: request.origin.hostname.replace(/^\[|\]$/g, ''),
    port: request.origin.port || (secure ? 443 : 80),
    path: request.target,
    headers: request.headers,
    agent: request.freshConnection ? false : secure ? agents['https:'] : agents['http:'],
  };
  return new Promise((resolve, reject) => {
    const outgoing = secure ? httpsRequest(options) : httpRequest(options);
    const fail = (cause: unknown) => {
      reject(cause instanceof CiError ? cause : failure(cause));
      outgoing.destroy();
    };
    const giveUp = () => fail(new TimeUp());
    signal.addEventListener('abort', giveUp);
    let answered = false;
    outgoing.on('error', fail);
    outgoing.once('response', (answer) => {
      answered = true;
      readBody(answer, request.maxBytes).then(
        (body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
        fail,
      );
    });
    outgoing.once('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      fail(badAnswer(`expected an answer, got ${statusCode} and another protocol`));
    });
    outgoing.once('close', () => {
      signal.removeEventListener('abort', giveUp);
      // After a response its body decides.
      if (!answered) fail(undefined);
    });
    if (signal.aborted) giveUp();
    else outgoing.end(request.body);
  });
}

async function readBody(answer: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > maxBytes) throw badAnswer(`expected at most ${maxBytes} bytes, got more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function failure(cause: unknown): CiError {
  const code = errorCode(cause) ?? '';
  if (code.startsWith('HPE_')) return badAnswer('expected HTTP, got something else', cause);
  return new CiError({
    kind: 'no-answer',
    code: 'NoAnswer',
    message: `Cloud Infinite did not answer (${code === 'ABORT_ERR' ? 'time is up' : code || 'connection broke'})`,
    withoutEffect: NEVER_CONNECTED.has(code),
    cause,
  });
}

function badAnswer(message: string, cause?: unknown): CiError {
  return new CiError({ kind: 'bad-answer', code: 'BadAnswer', message, withoutEffect: false, cause });
}
