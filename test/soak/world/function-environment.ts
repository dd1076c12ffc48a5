import { BUCKETS, REGION } from '../places.ts';
import type { Secrets } from './secrets.ts';

/** Of all functions together, HTTP requests left out: so that the rate is felt. */
export const MAX_RPS = 12;
/** Longer than any fault hides a job. */
const SUBMIT_SETTLE_SECONDS = 8;
const CI_TIMEOUT_MS = 3000;

/** What the functions are told. */
export function functionEnvironment(at: {
  readonly databaseUrl: string;
  readonly functionsUrl: string;
  readonly cloudUrl: string;
  readonly receiverPort: number;
  readonly secrets: Secrets;
}): Record<string, string> {
  const { databaseUrl, functionsUrl, cloudUrl, receiverPort, secrets } = at;
  return {
    CI_BUCKETS: BUCKETS.map((bucket) => `${bucket}@${REGION}`).join(','),
    ...{ CI_ENDPOINT: cloudUrl, COS_ENDPOINT: cloudUrl, DATABASE_URL: databaseUrl },
    ...{ CALLBACK_URL: functionsUrl, CALLBACK_TOKEN: secrets.callbackToken, API_TOKENS: secrets.apiToken },
    ...{ CI_MAX_RPS: String(MAX_RPS), CI_TIMEOUT_MS: String(CI_TIMEOUT_MS) },
    SUBMIT_SETTLE_SECONDS: String(SUBMIT_SETTLE_SECONDS),
    WEBHOOKS: JSON.stringify(
      Object.entries(secrets.webhooks).map(([name, secret]) => ({
        ...{ name, url: `http://127.0.0.1:${receiverPort}/events/${name}`, secrets: [secret] },
      })),
    ),
    WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
  };
}
