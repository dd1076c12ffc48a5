import { ServiceError } from '../service-error.ts';

/** A key is 1 to 850 bytes of UTF-8 [doc]. */
const MAX_KEY_BYTES = 850;

export function isKeyTooLong(key: string): boolean {
  return Buffer.byteLength(key) > MAX_KEY_BYTES;
}

export function checkKey(key: string, field = 'The object key'): void {
  if (!isKeyTooLong(key)) return;
  const bytes = Buffer.byteLength(key);
  throw new ServiceError(
    400,
    'KeyTooLong',
    `${field} has ${bytes} bytes, expected at most ${MAX_KEY_BYTES}.`,
  );
}
