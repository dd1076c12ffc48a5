import type { IncomingHttpHeaders } from 'node:http';
import { type Webhook, WebhookVerificationError } from 'standardwebhooks';
import { Refusal } from './refusal.ts';

const EXPECTED =
  'expected webhook-id, webhook-timestamp of the last five minutes, and webhook-signature by the secret over both and the body';

/**
 * Checks signature and time (five minutes either way) as Standard Webhooks' own package does.
 *
 * @throws Refusal when the message is not from who knows the secret, or is old
 */
export function verifySignature(webhook: Webhook, headers: IncomingHttpHeaders, body: string): void {
  try {
    webhook.verify(
      body,
      {
        'webhook-id': headerOf(headers, 'webhook-id'),
        'webhook-timestamp': headerOf(headers, 'webhook-timestamp'),
        'webhook-signature': headerOf(headers, 'webhook-signature'),
      },
      { jsonParse: false },
    );
  } catch (error) {
    if (error instanceof WebhookVerificationError) throw new Refusal(401, EXPECTED);
    throw error;
  }
}

/** Empty when missing: the package refuses that. */
function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
