import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { readBody } from './read-body.ts';
import { readEvent } from './read-event.ts';
import type { ReceiverEntry } from './receiver-entry.ts';
import { RecentlySeen } from './recently-seen.ts';
import { Refusal } from './refusal.ts';
import { verifySignature } from './verify-signature.ts';

const HOST = '127.0.0.1';
const PATH = '/events';
const SECRET_BYTES = 32;
/** One whole request; it comes from this machine. */
const REQUEST_TIMEOUT_MS = 30_000;

export interface Receiver {
  /** Where it takes events. */
  readonly url: string;
  /** What signs them, as `whsec_…`; another one at every start. */
  readonly secret: string;
  close(): Promise<void>;
}

/**
 * Listens on a free port of this machine for events as our users do: it believes only what is signed, accepts a
 * repeat like the first, and answers 204, or a reason. It shares no code with what sends them.
 *
 * @param log gets an entry before each answer
 */
export async function startReceiver(log: (entry: ReceiverEntry) => void): Promise<Receiver> {
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
  const webhook = new Webhook(secret);
  const seen = new RecentlySeen();

  async function take(request: IncomingMessage): Promise<void> {
    if (request.url !== PATH) throw new Refusal(404, `expected the path ${PATH}`);
    if (request.method !== 'POST') throw new Refusal(405, `expected POST, got ${request.method}`);
    const body = await readBody(request);
    verifySignature(webhook, request.headers, body);
    const event = readEvent(request.headers, body);
    log({ kind: 'event', verified: true, repeat: seen.add(event.id), ...event });
  }

  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, async (request, response) => {
    try {
      await take(request);
      response.writeHead(204).end();
    } catch (error) {
      if (request.errored) return; // broken off: nothing has come, and nobody waits
      const { status, message } = error instanceof Refusal ? error : new Refusal(500, String(error));
      log({ kind: 'event', verified: false, status, reason: message });
      const headers = {
        'content-type': 'text/plain; charset=utf-8',
        ...(status === 405 && { allow: 'POST' }),
      };
      response.writeHead(status, headers).end(`${message}\n`);
    }
  });
  server.listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://${HOST}:${port}${PATH}`,
    secret,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
