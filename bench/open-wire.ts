import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** What is done with the bytes of a wire before they go on; they may be changed in their place. */
interface Tap {
  readonly fromClient?: (bytes: Buffer) => void;
  readonly fromServer?: (bytes: Buffer) => void;
}

export interface Wire {
  /** leads to the same database */
  readonly url: string;
  close(): void;
}

/** A way to a database on which somebody listens. */
export async function openWire(databaseUrl: string, { fromClient, fromServer }: Tap): Promise<Wire> {
  const target = new URL(databaseUrl);
  const [port, host] = [Number(target.port), target.hostname];
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const server = connect(port, host).setNoDelay();
    client.setNoDelay();
    sockets.push(client, server);
    client.on('data', (bytes) => {
      fromClient?.(bytes);
      server.write(bytes);
    });
    server.on('data', (bytes) => {
      fromServer?.(bytes);
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
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}
