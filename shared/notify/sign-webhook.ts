import { createHmac } from 'node:crypto';

/**
 * The headers of Standard Webhooks. While a secret is being replaced there is one signature for each, and a receiver
 * is content when it knows one of them.
 * @param message.id the same for every repeat
 * @param message.atMs when this attempt begins; receivers refuse what is minutes off
 */
export function webhookHeaders(
  message: { id: string; body: string; atMs: number },
  secrets: readonly Uint8Array[],
): Record<string, string> {
  const timestamp = String(Math.floor(message.atMs / 1000));
  const signed = `${message.id}.${timestamp}.${message.body}`;
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets
      .map((secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`)
      .join(' '),
  };
}
