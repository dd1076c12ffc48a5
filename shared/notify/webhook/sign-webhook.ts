import { createHmac } from 'node:crypto';

/**
 * The headers of Standard Webhooks. While a secret is being replaced there is one signature for each, and a receiver
 * is content when it knows one of them.
 * @param message.id the same for every repeat
 * @param message.atMs when this attempt begins; receivers refuse what is minutes off
 */
export function webhookHeaders(
  message: { id: string; body: string | Uint8Array; atMs: number },
  secrets: readonly Uint8Array[],
): Record<string, string> {
  const timestamp = String(Math.floor(message.atMs / 1000));
  const hmac = (secret: Uint8Array) =>
    createHmac('sha256', secret).update(`${message.id}.${timestamp}.`).update(message.body).digest('base64');
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => `v1,${hmac(secret)}`).join(' '),
  };
}
