import type { IncomingMessage } from 'node:http';

/** How much of a body that is too large is read and thrown away, so that its sender gets to see the answer. */
const MAX_DISCARDED_BYTES = 64 * 1024 * 1024;

/** The whole body, or nothing when it has more than `maxBytes`. @throws when the client goes away */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('expected a request without an encoding');
    bytes += chunk.byteLength;
    if (bytes <= maxBytes) chunks.push(chunk);
    else if (bytes > MAX_DISCARDED_BYTES) return undefined;
    else chunks.length = 0;
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks);
}
