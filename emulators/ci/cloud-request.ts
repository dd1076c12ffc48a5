import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Operation, Service } from './route.ts';

/** Who wrote an object. */
export interface Writer {
  /** Of the request; for a job's output the JobId. */
  requestId: string;
  /** The signature it came with, '' when there was none in its headers. */
  authorization: string;
}

/** One authorized request as the operations see it. */
export interface CloudRequest {
  id: string;
  service: Service;
  operation: Operation;
  /** Job ids, template id or object key, decoded. */
  subject: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The body; asking for it first answers `Expect: 100-continue`. */
  body: () => Readable;
  /** From a fault: how long jobs created by this request stay out of answers. */
  hideCreatedForMs: number;
}

export function writerOf({ id, headers }: CloudRequest): Writer {
  return { requestId: id, authorization: headers.authorization ?? '' };
}
