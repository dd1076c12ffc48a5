import { createHash } from 'node:crypto';

/** The bucket's one queue: always the same `p` + 32 hex digits for a bucket. */
export function queueIdOf(bucket: string): string {
  return `p${createHash('md5').update(`queue of ${bucket}`).digest('hex')}`;
}
