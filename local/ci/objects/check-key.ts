import { ServiceError } from '../service-error.ts';

/** A key is 1 to 850 bytes of UTF-8 [doc]. */
const MAX_KEY_BYTES = 850;

export function checkKey(key: string, field = 'The object key'): void {
  const bytes = Buffer.byteLength(key);
  if (bytes > MAX_KEY_BYTES) {
    throw new ServiceError(
      400,
      'KeyTooLong',
      `${field} has ${bytes} bytes, expected at most ${MAX_KEY_BYTES}.`,
    );
  }
}
