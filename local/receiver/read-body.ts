import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

/** The largest event that may be sent. */
const MAX_BODY_BYTES = 256 * 1024;

/**
 * The whole body, unchanged: the signature covers its bytes.
 *
 * @throws Refusal when it is too large, or not UTF-8, which JSON must be
 */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    // Too much is read to its end and dropped: to stop reading would cut the connection before the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
    else chunks.length = 0;
  }
  if (size > MAX_BODY_BYTES) {
    throw new Refusal(413, `expected a body of at most ${MAX_BODY_BYTES} bytes, got ${size}`);
  }
  const body = Buffer.concat(chunks);
  if (!isUtf8(body)) throw new Refusal(400, 'expected a body in UTF-8');
  return body.toString();
}
