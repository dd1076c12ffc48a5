import { ServiceError } from '../service-error.ts';

/** First and last byte, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** One `bytes=a-b`, `bytes=a-` or `bytes=-n`; anything else is ignored, as RFC 9110 allows. None left is InvalidRange. */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const [whole, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (whole === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (start > end) {
    const headers = { 'content-range': `bytes */${size}` };
    throw new ServiceError(416, 'InvalidRange', 'The Range header lies beyond the object.', {}, headers);
  }
  return { start, end };
}
