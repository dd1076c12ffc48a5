import { lookup as dnsLookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { parseRetryAfter } from '../../ci/client/retry-after.ts';
import { errorCode } from '../../ci/error-code.ts';
import { withTimeLimit } from '../../ci/time-limit.ts';
import type { Endpoint } from '../read-webhooks.ts';
import { checkedLookup, refuseAddress } from './checked-lookup.ts';
import { failureReason } from './failure-reason.ts';
import { webhookHeaders } from './sign-webhook.ts';

/** One attempt: name resolution, connecting, sending and the answer together. */
export const DELIVERY_TIMEOUT_MS = 15_000;
/** Nobody reads an answer's body; it only has to end before its connection can be used again. */
const MAX_ANSWER_BYTES = 16 * 1024;
const ANSWER_BODY_MS = 1000;

/** Errors of a connection that the other side has closed. */
const CLOSED_BY_PEER = new Set(['ECONNRESET', 'EPIPE']);

interface Message {
  /** the same for every repeat */
  readonly id: string;
  readonly body: Uint8Array;
  /** when the attempt begins */
  readonly atMs: number;
}

/** What became of one attempt. A redirect is an answer like any other: it is never followed. */
export type Attempt =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfterMs: number | undefined;
      /** of a robot: its code stands there */
      readonly body?: string;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Posts events, and keeps connections between them. */
export interface WebhookSender {
  /** never rejects */
  post(endpoint: Endpoint, message: Message): Promise<Attempt>;
  /** the same for what is no webhook, and whose answer is read; never rejects */
  postJson(url: URL, body: Uint8Array, atMs: number): Promise<Attempt>;
  /** ends what is under way as failed; nothing stays open */
  close(): void;
}

export interface WebhookSenderOptions {
  /** hosts that may be at addresses that are not public */
  readonly allowHosts: ReadonlySet<string>;
  /** how names are resolved, as `dns.lookup` */
  readonly lookup?: LookupFunction;
  readonly timeoutMs?: number;
}

/** One request. */
interface Sent {
  readonly url: URL;
  readonly body: Uint8Array;
  readonly atMs: number;
  readonly headers: Readonly<Record<string, string>>;
  /** the answer's body is of use */
  readonly reads: boolean;
}

/** A sender for the deliveries of one invocation: the connections of a frozen instance would be dead ones. */
export function createWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const { allowHosts, lookup = dnsLookup, timeoutMs = DELIVERY_TIMEOUT_MS } = options;
  const connecting = { keepAlive: true, lookup: checkedLookup(lookup, allowHosts) };
  const httpAgent = new HttpAgent(connecting);
  const httpsAgent = new HttpsAgent(connecting);
  let closed = false;

  function send(sent: Sent, signal: AbortSignal): Promise<Attempt> {
    const { url, body, atMs, reads } = sent;
    const headers = { 'content-length': body.length, 'user-agent': 'Jobwatch', ...sent.headers };
    const request = { method: 'POST', headers };
    return new Promise((resolve) => {
      const outgoing =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...request, agent: httpsAgent })
          : httpRequest(url, { ...request, agent: httpAgent });
      let attempt: Attempt | undefined;
      let failure: Error | undefined;
      // Not an option of the request: Node would leave the signal with a connection that is kept for the next.
      const giveUp = () => outgoing.destroy(signal.reason);
      signal.addEventListener('abort', giveUp);
      outgoing.once('response', (answer) => {
        const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], atMs);
        const answered = { kind: 'answered' as const, status: answer.statusCode ?? 0, retryAfterMs };
        attempt = answered;
        let text = '';
        if (reads)
          answer.setEncoding('utf8').on('data', (part: string) => {
            text += part;
            attempt = { ...answered, body: text };
          });
        cutShort(answer);
      });
      outgoing.on('error', (error) => {
        failure = error;
      });
      outgoing.once('close', () => {
        signal.removeEventListener('abort', giveUp);
        // A kept connection that the server closed meanwhile says nothing about this message.
        const again = !attempt && !closed && outgoing.reusedSocket && isClosedByPeer(failure);
        if (again) return resolve(send(sent, signal));
        resolve(attempt ?? failed(closed ? 'the sender was closed' : failureReason(failure, url.hostname)));
      });
      outgoing.end(body);
    });
  }

  async function attemptAt(sent: Sent): Promise<Attempt> {
    const { hostname } = sent.url;
    try {
      if (closed) return failed('the sender was closed');
      // An address in a URL never comes to `lookup`.
      if (!allowHosts.has(hostname)) refuseAddress(hostname);
      return await withTimeLimit(timeoutMs, undefined, (signal) => send(sent, signal));
    } catch (error) {
      return failed(failureReason(error, hostname));
    }
  }

  return {
    async post({ url, secrets }, message) {
      const { body, atMs } = message;
      const type = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
      return await attemptAt({
        url,
        body,
        atMs,
        headers: { ...type, ...webhookHeaders(message, secrets) },
        reads: false,
      });
    },
    async postJson(url, body, atMs) {
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      return await attemptAt({ url, body, atMs, headers, reads: true });
    },
    close() {
      closed = true;
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

/** Reads a small body away, and breaks the connection over one that is large or slow. */
function cutShort(answer: IncomingMessage): void {
  let left = MAX_ANSWER_BYTES;
  const late = setTimeout(() => answer.destroy(), ANSWER_BODY_MS);
  answer.on('data', (chunk: Buffer | string) => {
    left -= Buffer.byteLength(chunk);
    if (left < 0) answer.destroy();
  });
  answer.once('close', () => clearTimeout(late));
}

function isClosedByPeer(error: Error | undefined): boolean {
  return CLOSED_BY_PEER.has(errorCode(error) ?? '');
}

function failed(reason: string): Attempt {
  return { kind: 'failed', reason };
}
