import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { type FAILURE_STATUS, MAX_SYNC_BYTES } from '../failures.ts';
import type { InvokeResult } from '../invoke-result.ts';
import type { Log } from '../log-entry.ts';
import { withoutToken } from '../without-token.ts';
import { isForeignPage } from './foreign-page.ts';
import { functionUrlAnswer, type HttpAnswer } from './function-url-answer.ts';
import { functionUrlEvent, splitTarget } from './function-url-event.ts';
import { problem } from './gateway-problem.ts';
import { isLoopbackAddress, isLoopbackHost } from './loopback-names.ts';
import { readBody } from './read-body.ts';
import { matchRoute, type RoutedFunction } from './route-table.ts';

/** How long closing waits until those who are told so have read it. */
const CLOSE_TIMEOUT_MS = 500;

export interface GatewayOptions {
  host: string;
  port: number;
  /** Set while a function answers everybody: the origins of the pages that may ask it all the same. */
  pages?: readonly string[];
  functions: readonly RoutedFunction[];
  invoke: (name: string, event: unknown) => Promise<InvokeResult>;
  log: Log;
}

export interface Gateway {
  readonly port: number;
  readonly url: string;
  /** Answers whoever waits with 503, and ends every connection. */
  close(): Promise<void>;
}

const FOREIGN_PAGE =
  'Expected no request of another page, since the API asks for no token: name its Origin in CORS_ORIGINS, or set API_TOKENS';

/** One HTTP port before all functions: their Function URLs, put together into one origin. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const onlyLoopback = isLoopbackAddress(options.host);
  const unanswered = new Set<ServerResponse>();
  let closing = false;
  const server = createServer(async (request, response) => {
    if (closing) return await writeAnswer(response, stopping()).catch(() => response.destroy());
    unanswered.add(response);
    const startedAt = performance.now();
    const { path } = splitTarget(request.url ?? '/');
    try {
      const { answer, functionName } = await answerRequest(request, path, onlyLoopback, options);
      // Who waited while the gateway closed has been answered.
      if (!unanswered.delete(response)) return;
      await writeAnswer(response, answer);
      options.log({
        kind: 'request',
        method: request.method ?? '',
        path: withoutToken(path),
        status: answer.status,
        durationMs: performance.now() - startedAt,
        ...(functionName === undefined ? {} : { functionName }),
      });
    } catch {
      response.destroy(); // the client went away, or the answer could not be written: nobody is left to tell
    }
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const name = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    port,
    url: `http://${name}:${port}`,
    async close() {
      closing = true;
      const closed = once(server, 'close');
      server.close();
      await Promise.race([answerAll(unanswered), delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Whoever still waits hears that nothing more comes, and when to ask again. */
async function answerAll(unanswered: Set<ServerResponse>): Promise<void> {
  const waiting = [...unanswered];
  unanswered.clear();
  await Promise.allSettled(waiting.map((response) => writeAnswer(response, stopping())));
}

function stopping(): HttpAnswer {
  const answer = problem(503, 'The functions are being stopped', 'Stopping');
  return { ...answer, headers: { ...answer.headers, 'retry-after': '5', connection: 'close' } };
}

interface Answered {
  answer: HttpAnswer;
  functionName?: string;
}

async function answerRequest(
  request: IncomingMessage,
  path: string,
  onlyLoopback: boolean,
  { functions, invoke, pages }: GatewayOptions,
): Promise<Answered> {
  const body = await readBody(request, MAX_SYNC_BYTES);
  if (onlyLoopback && !isLoopbackHost(request.headers.host)) {
    return { answer: problem(421, 'Expected a Host of 127.0.0.1, localhost or [::1]') };
  }
  if (pages !== undefined && isForeignPage(request.method ?? '', request.headers, pages)) {
    return { answer: problem(403, FOREIGN_PAGE) };
  }
  if (body === undefined) return { answer: tooLarge() };
  const { functionName, otherMethods } = matchRoute(functions, methodAsked(request), path);
  if (functionName === undefined) return { answer: problem(404, 'No function has a URL') };
  const result = await invoke(functionName, functionUrlEvent(request, body));
  return { answer: withAllow(httpAnswer(result), otherMethods), functionName };
}

/** A preflight asks about another method: the function that answers that method knows who may use it. */
function methodAsked(request: IncomingMessage): string {
  const asked = request.headers['access-control-request-method'];
  return (request.method === 'OPTIONS' ? asked : undefined) ?? request.method ?? 'GET';
}

function httpAnswer(result: InvokeResult): HttpAnswer {
  const requestIdHeader = { 'x-scf-request-id': result.requestId };
  const answer = result.ok
    ? (functionUrlAnswer(result.value) ??
      problem(502, 'The function returned no HTTP answer', 'InvalidResponse'))
    : failureAnswer(result.failure.code);
  return { ...answer, headers: { ...answer.headers, ...requestIdHeader } };
}

/** What the caller of a URL sees when the function fails; the platform's own answer is not documented [guess]. */
function failureAnswer(code: keyof typeof FAILURE_STATUS): HttpAnswer {
  switch (code) {
    case 'RequestTooLarge':
      return tooLarge();
    case 'TimeLimitReached':
      return problem(504, 'The function did not answer within its time limit', code);
    case 'ResourceLimitReached':
      return problem(429, 'All instances of the function are busy', code);
    default:
      return problem(502, 'The function failed; its log says why', code);
  }
}

function tooLarge(): HttpAnswer {
  return problem(413, `Expected a request of at most ${MAX_SYNC_BYTES} bytes`, 'RequestTooLarge');
}

function withAllow(answer: HttpAnswer, otherMethods: readonly string[]): HttpAnswer {
  if (answer.status !== 405 || otherMethods.length === 0) return answer;
  const own = [answer.headers['allow'] ?? []]
    .flat()
    .flatMap((value) => value.split(',').map((item) => item.trim()));
  return {
    ...answer,
    headers: { ...answer.headers, allow: [...new Set([...own, ...otherMethods])].join(', ') },
  };
}

async function writeAnswer(response: ServerResponse, { status, headers, body }: HttpAnswer): Promise<void> {
  response.writeHead(status, {
    ...headers,
    ...(bodyAllowed(status) ? { 'content-length': body.byteLength } : {}),
  });
  response.end(body);
  await once(response, 'close');
}

function bodyAllowed(status: number): boolean {
  return status !== 204 && status !== 304;
}
