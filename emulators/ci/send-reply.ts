import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Reply } from './reply.ts';

/** Sends an answer. A HEAD answer, a 204 and a 304 have no body. */
export async function sendReply(outgoing: ServerResponse, reply: Reply): Promise<void> {
  writeHead(outgoing, reply);
  const hasBody = outgoing.req.method !== 'HEAD' && reply.status !== 204 && reply.status !== 304;
  if (reply.body === undefined || !hasBody) {
    if (typeof reply.body === 'object') reply.body.destroy();
    outgoing.end();
  } else if (typeof reply.body === 'string') {
    outgoing.end(reply.body);
  } else {
    // The client may leave in the middle; there is nobody left to tell.
    await pipeline(reply.body, outgoing).catch(() => undefined);
  }
}

/** A fault: promises the whole answer, sends half of it, and cuts the connection. */
export async function sendHalf(outgoing: ServerResponse, reply: Reply): Promise<void> {
  writeHead(outgoing, reply);
  const bytes = typeof reply.body === 'string' ? Buffer.from(reply.body) : await firstChunk(reply.body);
  outgoing.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => outgoing.destroy());
}

function writeHead(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  const isText = typeof body === 'string';
  const length = isText ? { 'content-length': Buffer.byteLength(body) } : {};
  const none = body === undefined && status !== 204 && status !== 304 ? { 'content-length': '0' } : {};
  outgoing.writeHead(status, asWritten({ ...none, ...headers, ...length }));
}

/** COS writes its own names in small letters and those of HTTP with capitals; some clients look for them so [sdk Python]. */
function asWritten(headers: Record<string, string | number | undefined>): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [wireName(name), value]));
}

function wireName(name: string): string {
  if (name.startsWith('x-')) return name;
  return name === 'etag' ? 'ETag' : name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

async function firstChunk(body: Exclude<Reply['body'], string>): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  for await (const chunk of body) return Buffer.from(chunk);
  return Buffer.alloc(0);
}
