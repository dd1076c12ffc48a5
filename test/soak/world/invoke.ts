import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { json } from 'node:stream/consumers';

interface Invoked {
  readonly ok: boolean;
}

/** Hands an asynchronous event to a function in the runtime's process; takes as long as its attempts take. */
export function invokeOver(port: number, name: string, event: unknown): Promise<Invoked> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', path: `/${name}`, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      json(incoming).then((answer) => resolve({ ok: answer === true }), reject);
    });
    outgoing.end(JSON.stringify(event));
  });
}

/** The other end. */
export async function serveInvocations(
  port: number,
  invoke: (name: string, event: unknown) => Promise<Invoked>,
): Promise<() => void> {
  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {
    json(incoming)
      .then((event) => invoke((incoming.url ?? '/').slice(1), event))
      .then(({ ok }) => outgoing.end(JSON.stringify(ok)))
      .catch(() => outgoing.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return () => {
    server.close();
    server.closeAllConnections();
  };
}
