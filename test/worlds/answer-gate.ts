import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

export interface AnswerGate {
  /** Where CI is asked through the gate. */
  readonly url: string;
  /** Resolves when CI has answered a request, and the answer is kept back here. */
  untilHeld(): Promise<void>;
  /** Lets through what is kept back, and whatever comes. */
  open(): void;
}

/**
 * Stands between a function and CI and keeps answers back, of requests with this method, until a test lets them through:
 * for what has to happen while an answer is on its way, however long it takes.
 */
export async function startAnswerGate(ciUrl: string, method: 'GET' | 'POST'): Promise<AnswerGate> {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let tellHeld: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    tellHeld = resolve;
  });
  const target = new URL(ciUrl);
  const pass = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { headers, url: path = '/' } = incoming;
    // The headers as they are: they are signed.
    const options = { host: target.hostname, port: target.port, method: incoming.method, path, headers };
    const asking = request(options, async (answer) => {
      if (incoming.method === method) {
        tellHeld();
        await opened;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    // Whoever asks may be killed meanwhile.
    asking.on('error', () => outgoing.destroy());
    outgoing.on('error', () => undefined);
    incoming.pipe(asking);
  };
  const server = createServer(pass).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    open();
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, untilHeld: () => held, open };
}
