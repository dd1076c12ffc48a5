import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** A request of the functions to CI or COS, as it arrived. */
export interface SeenRequest {
  /** Of a clock that never jumps, in milliseconds. */
  readonly atMs: number;
  readonly bucket: string;
  readonly method: string;
  readonly path: string;
}

export interface Front {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** From now on nothing that is for this bucket is answered; what hangs is broken off when it ends. */
  hang(bucket: string, on: boolean): void;
  close(): Promise<void>;
}

/**
 * Stands before the local clouds, one process for each bucket, as CI's own entrance does: passes requests on by their
 * host, and sees all of them, whichever process is killed behind it.
 */
export async function startFront(portOf: (bucket: string) => number): Promise<Front> {
  const seen: SeenRequest[] = [];
  const hanging = new Map<string, Set<ServerResponse>>();

  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {
    const bucket = /^([a-z0-9-]+)\./.exec(incoming.headers.host ?? '')?.[1] ?? '';
    const { method = '', url: path = '' } = incoming;
    seen.push({ atMs: performance.now(), bucket, method, path });
    const held = hanging.get(bucket);
    const port = portOf(bucket);
    if (held !== undefined) held.add(outgoing);
    else if (port === 0) incoming.socket.resetAndDestroy();
    else passOn(incoming, outgoing, port);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    hang(bucket, on) {
      for (const outgoing of hanging.get(bucket) ?? []) outgoing.req.socket.resetAndDestroy();
      if (on) hanging.set(bucket, new Set());
      else hanging.delete(bucket);
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
  const { method, url: path, rawHeaders } = incoming;
  const upstream = request({ port, host: '127.0.0.1', method, path, headers: rawHeaders, agent: false });
  const breakOff = () => outgoing.req.socket.resetAndDestroy();
  upstream.on('error', breakOff);
  upstream.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.on('error', breakOff).on('aborted', breakOff);
    answer.pipe(outgoing);
  });
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}
