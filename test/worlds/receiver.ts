import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Endpoint } from '../../shared/notify/read-webhooks.ts';

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly port: number;
  readonly received: readonly Received[];
  /** how many connections ever reached it */
  readonly connections: () => number;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** An HTTP server that keeps what it is sent and answers as told; it ends with the test. */
export async function startReceiver(
  answer: Answer = (response) => response.writeHead(204).end(),
  address = '127.0.0.1',
): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    answer(response, request);
  });
  return { ...(await listenUntilTestEnds(server, address)), received };
}

export async function listenUntilTestEnds(server: Server, address = '127.0.0.1', port = 0) {
  const open = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => undefined);
  });
  server.listen(port, address);
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the receiver listens on no port');
  return { port: bound.port, connections: () => connections };
}

export const newSecret = () => randomBytes(32);
/** A secret as operators write it. */
export const textOf = (secret: Uint8Array) => `whsec_${Buffer.from(secret).toString('base64')}`;

export function endpointAt(url: string, secrets: readonly Uint8Array[] = [newSecret()]): Endpoint {
  return { name: 'test', url: new URL(url), secrets, events: ['*'] };
}
