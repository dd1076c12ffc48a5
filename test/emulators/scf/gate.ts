import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Where functions wait that connect to it until they get a byte: knows how many do, and lets them go. */
export async function startGate() {
  const held: Socket[] = [];
  const waiters: Array<() => void> = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // the function was killed
    held.push(socket);
    for (const wake of waiters.splice(0)) wake();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    async untilHeld(count: number) {
      while (held.length < count) await new Promise<void>((resolve) => waiters.push(resolve));
    },
    release(count: number) {
      for (const socket of held.splice(0, count)) socket.write('go');
    },
    get held() {
      return held.length;
    },
  };
}
