import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Operation, Service } from './route.ts';

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
