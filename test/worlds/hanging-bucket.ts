import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HangingBucket {
  /** where to ask, instead of the cloud's own address */
  readonly url: string;
  /** requests that were never answered */
  readonly unanswered: () => number;
  /** From now on the bucket is told what the cloud says of the other one. */
  readonly recover: () => void;
}

/** Stands before a cloud, and never answers what is asked of one bucket. */
export async function startHangingBucket(cloudUrl: string, bucket: string): Promise<HangingBucket> {
  let unanswered = 0;
  let hangs = true;
  const server = createServer((incoming, outgoing) => {
    if (hangs && incoming.headers.host?.startsWith(`${bucket}.`)) {
      unanswered += 1;
      return;
    }
    passOn(cloudUrl, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    unanswered: () => unanswered,
    recover: () => {
      hangs = false;
    },
  };
}

function passOn(cloudUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers, url } = incoming;
  const onward = request(`${cloudUrl}${url}`, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  incoming.pipe(onward);
}
