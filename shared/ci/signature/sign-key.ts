import { createHmac } from 'node:crypto';

/** Derives the SignKey of one KeyTime: 40 lower-case hex digits. */
export type DeriveSignKey = (secretKey: string, keyTime: string) => string;

export const deriveSignKey: DeriveSignKey = (secretKey, keyTime) =>
  createHmac('sha1', secretKey).update(keyTime).digest('hex');

/** Remembers the last SignKey only: a KeyTime lasts a minute, and rotated credentials must not linger. */
export function cachedSignKey(derive: DeriveSignKey = deriveSignKey): DeriveSignKey {
  let last: { secretKey: string; keyTime: string; signKey: string } | undefined;
  return (secretKey, keyTime) => {
    if (last?.secretKey !== secretKey || last.keyTime !== keyTime) {
      last = { secretKey, keyTime, signKey: derive(secretKey, keyTime) };
    }
    return last.signKey;
  };
}
