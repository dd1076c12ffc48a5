import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { listenUntilTestEnds, newSecret, textOf } from './receiver.ts';
import { until } from './until.ts';

/** One event that came in full and was verified. */
interface Arrival {
  readonly id: string;
  /** without the slash */
  readonly endpoint: string;
  readonly body: string;
  readonly atMs: number;
}

export type Fate =
  | 'accept'
  | 'refuse'
  /** the connection breaks before the body was read */
  | 'break off'
  /** the connection breaks when the event was taken, and the sender is not told */
  | 'reset'
  | 'hang';

interface Asked {
  readonly id: string;
  readonly endpoint: string;
}

/** @param fateOf decides as soon as a request's headers are there; `slowMs` is how long the answer takes */
export async function startFaultyReceiver(
  fateOf: (asked: Asked) => { fate: Fate; slowMs?: number } = () => ({ fate: 'accept' }),
) {
  const secret = newSecret();
  const judge = new Webhook(secret, { format: 'raw' });
  const arrivals: Arrival[] = [];
  const accepted: Arrival[] = [];
  const unverified: string[] = [];
  let hanging = 0;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = { id: String(request.headers['webhook-id']), endpoint: (request.url ?? '').slice(1) };
    const { fate, slowMs = 0 } = fateOf(asked);
    if (fate === 'break off') return reset(request);
    const body = await textOfRequest(request);
    try {
      judge.verify(body, headersOf(request));
    } catch (error) {
      unverified.push(`${asked.id}: ${error}`);
    }
    const arrival = { ...asked, body, atMs: Date.now() };
    arrivals.push(arrival);
    if (slowMs > 0) await delay(slowMs);
    if (fate === 'reset') return reset(request);
    if (fate === 'hang') {
      hanging += 1;
      return;
    }
    if (fate === 'accept') accepted.push(arrival);
    response.writeHead(fate === 'accept' ? 204 : 503).end();
  }

  const server = createServer((request, response) => {
    // Only a sender that was killed breaks its request off.
    take(request, response).catch(() => request.destroy());
  });
  const { port } = await listenUntilTestEnds(server);

  return {
    /** Every event that came, repeats as well; and those that were answered with success, in the order of the answers. */
    arrivals,
    accepted,
    /** why some could not be verified */
    unverified,
    /** how many requests were never answered */
    hanging: () => hanging,
    /** WEBHOOKS and what it needs, with one endpoint for each name. */
    variablesFor: (...names: string[]) => ({
      WEBHOOKS: JSON.stringify(
        names.map((name) => ({ name, url: `http://127.0.0.1:${port}/${name}`, secrets: [textOf(secret)] })),
      ),
      WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
    }),
    /** Resolves as soon as so many were answered with success. */
    untilAccepted: (count: number) =>
      until(() => {
        if (accepted.length < count) throw new Error(`${accepted.length} of ${count} were accepted`);
      }),
    /** Resolves as soon as nobody is connected. */
    untilAlone: () =>
      until(async () => {
        const open = await new Promise<number>((resolve, reject) => {
          server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
        });
        if (open > 0) throw new Error(`${open} connections are open`);
      }),
  };
}

export type FaultyReceiver = Awaited<ReturnType<typeof startFaultyReceiver>>;

function reset(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}

async function textOfRequest(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
