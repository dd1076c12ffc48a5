import type { Readable } from 'node:stream';
import { writeXml, type XmlTree } from './xml/write-xml.ts';

/** An answer before it is sent. A string body gets its Content-Length; a stream must bring its own. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body?: string | Readable;
}

export function xmlReply(status: number, root: string, content: XmlTree): Reply {
  return { status, headers: { 'content-type': 'application/xml' }, body: writeXml(root, content) };
}

export function jsonReply(status: number, value: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(value)}\n` };
}

export function emptyReply(status: number, headers: Record<string, string> = {}): Reply {
  return { status, headers };
}
