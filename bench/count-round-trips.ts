import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a database that counts how often the client speaks after the server has: a round trip each. */
export interface CountedWire {
  /** leads to the same database */
  readonly url: string;
  tripsOf(work: () => Promise<unknown>): Promise<number>;
  close(): void;
}

export async function countRoundTrips(databaseUrl: string): Promise<CountedWire> {
  const target = new URL(databaseUrl);
  const [port, host] = [Number(target.port), target.hostname];
  let trips = 0;
  let isServersTurn = true;
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const server = connect(port, host).setNoDelay();
    client.setNoDelay();
    sockets.push(client, server);
    client.on('data', (bytes) => {
      if (isServersTurn) trips += 1;
      isServersTurn = false;
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      isServersTurn = true;
      client.write(bytes);
    });
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('close', () => server.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  target.hostname = '127.0.0.1';
  target.port = String(typeof address === 'object' ? address?.port : 0);
  return {
    url: target.href,
    async tripsOf(work) {
      trips = 0;
      isServersTurn = true;
      await work();
      return trips;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}
