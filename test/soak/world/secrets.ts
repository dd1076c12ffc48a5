import { randomBytes } from 'node:crypto';

/** What must never be logged; others at each start. */
export interface Secrets {
  readonly secretKey: string;
  readonly apiToken: string;
  readonly callbackToken: string;
  readonly webhooks: Readonly<Record<'steady' | 'moody', string>>;
}

export function makeSecrets(): Secrets {
  const webhook = () => `whsec_${randomBytes(32).toString('base64')}`;
  return {
    secretKey: randomBytes(20).toString('hex'),
    apiToken: randomBytes(24).toString('hex'),
    callbackToken: randomBytes(24).toString('hex'),
    webhooks: { steady: webhook(), moody: webhook() },
  };
}
