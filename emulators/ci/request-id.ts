import { randomBytes } from 'node:crypto';

/** A fresh id in the look of the service's own: base64 of hex groups [guess]. */
export function newRequestId(): string {
  const hex = randomBytes(10).toString('hex');
  return Buffer.from(`${hex.slice(0, 8)}_${hex.slice(8, 16)}_${hex.slice(16)}`).toString('base64');
}
