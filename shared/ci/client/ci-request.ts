import type { Bucket } from '../bucket.ts';

/** One call of CI's API, before it is signed, and how its answer is read. */
export interface CiRequest<T> {
  /** the API's own name, for logs */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly bucket: Bucket;
  /** jobs are asked of CI, objects of COS; CI unless it says so */
  readonly service?: 'ci' | 'cos';
  /** decoded */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: string;
  /** whether asking twice does no more than asking once: a submission costs money each time */
  readonly idempotent: boolean;
  /** of the answer; a larger one is cut off and refused */
  readonly maxBytes: number;
  /** what the body of a 2xx says; throws when it cannot be read */
  readonly read: (body: Buffer) => T;
}
