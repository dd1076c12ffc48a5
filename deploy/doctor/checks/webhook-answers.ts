import { askHttp } from '../ask-http.ts';
import { type Finding, fine, reasonOf, wrong } from '../finding.ts';

export interface Webhook {
  readonly name: string;
  readonly url: URL;
}

/** Whether somebody is there: a HEAD request changes nothing and is no event, so any answer below 500 will do. */
export async function webhookAnswers({ name, url }: Webhook, signal: AbortSignal): Promise<Finding> {
  // Only the host: what follows it may be a secret.
  const about = `webhook ${name} at ${url.host}`;
  try {
    const { status } = await askHttp('HEAD', url, signal);
    if (status < 500) return fine(`${about}: answers`);
    return wrong(
      `${about}: answered ${status}`,
      'Deliveries will be tried again for a day: ask whoever runs it.',
    );
  } catch (error) {
    return wrong(
      `${about}: ${reasonOf(error)}`,
      'Check the address and the certificate in WEBHOOKS, and that it can be reached from the internet.',
    );
  }
}
