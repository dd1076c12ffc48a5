import type { Readable } from 'node:stream';
import { invalidArgument } from './service-error.ts';

/** Largest XML body of CI's operations [guess]. */
const MAX_XML_BODY_BYTES = 1024 * 1024;

/** The whole body as text; refuses one that is too long or not UTF-8. */
export async function readBody(body: Readable, limit = MAX_XML_BODY_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    // Too much is read to its end and dropped: to stop reading would cut the connection before the answer.
    if (size <= limit) chunks.push(bytes);
    else chunks.length = 0;
  }
  if (size > limit) throw invalidArgument(`The request body has ${size} bytes, expected at most ${limit}.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw invalidArgument('The request body is not UTF-8.');
  }
}
