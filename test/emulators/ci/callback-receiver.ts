import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  text: string;
}

/** Listens for callbacks and keeps them. */
export async function startReceiver(answer: 204 | 302 | 500 | 'nothing' = 204) {
  const received: Received[] = [];
  const waiting = new Set<() => void>();
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const { method = '', url = '', headers } = incoming;
    received.push({ method, url, headers, text: Buffer.concat(chunks).toString() });
    if (answer !== 'nothing') outgoing.writeHead(answer, { location: '/elsewhere' }).end();
    for (const look of waiting) look();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/callbacks/token`,
    received,
    /** The callbacks that came, once there are so many. */
    async until(count: number): Promise<Received[]> {
      while (received.length < count) await new Promise<void>((resolve) => waiting.add(resolve));
      return received;
    },
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
