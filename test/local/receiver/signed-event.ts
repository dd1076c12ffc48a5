import { createHmac, randomUUID } from 'node:crypto';

/** An event as `deliver` sends one. */
export function jobEvent(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    specversion: '1.0',
    id: randomUUID(),
    type: 'jobwatch.job.succeeded',
    source: '/buckets/media-1250000000',
    subject: 'j1',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    data: {
      Watch: { JobId: 'j1', Input: { Object: 'clips/a.mp4' }, Output: { Object: 'gifs/a.gif' } },
      Job: { JobId: 'j1', State: 'Success' },
    },
    ...changes,
  };
}

/** The headers of a message by the words of the Standard Webhooks specification, without its package. */
export function signedHeaders(
  secret: string,
  id: string,
  body: string,
  seconds = Math.floor(Date.now() / 1000),
) {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'content-type': 'application/cloudevents+json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  };
}
