import * as v from 'valibot';

/** One event as it is stored. */
export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly at: Date;
  /** the JSON text of its data, of a job's event `{"Watch":…}` or `{"Watch":…,"Job":…}` */
  readonly data: string;
}

/** What receivers of webhooks commonly take. */
const MAX_BODY_BYTES = 256 * 1024;

const eventData = v.object({ Watch: v.looseObject({}) });

/**
 * Writes an event as CloudEvents 1.0 JSON of at most 256 KB, the same bytes for every repeat. What is too large loses
 * its Job (null), and after that its Watch's Input and Output ({}): the receiver has the id to ask with.
 */
export function cloudEventBody(event: StoredEvent): string {
  const whole = envelope(event, event.data);
  if (fits(whole)) return whole;

  const { Watch } = v.parse(eventData, JSON.parse(event.data));
  const withoutJob = envelope(event, JSON.stringify({ Watch, Job: null }));
  if (fits(withoutJob)) return withoutJob;

  const bare = envelope(event, JSON.stringify({ Watch: { ...Watch, Input: {}, Output: {} }, Job: null }));
  if (fits(bare)) return bare;
  throw new Error(
    `Event ${event.id}: expected at most ${MAX_BODY_BYTES} bytes without its job, got ${Buffer.byteLength(bare)}`,
  );
}

/** Splices the data in as it is: parsed and written again it might not be the same bytes after an upgrade. */
function envelope({ id, type, source, subject, at }: StoredEvent, data: string): string {
  const attributes = JSON.stringify({
    specversion: '1.0',
    id,
    source,
    type,
    subject,
    time: at.toISOString(),
    datacontenttype: 'application/json',
  });
  return `${attributes.slice(0, -1)},"data":${data}}`;
}

function fits(body: string): boolean {
  return Buffer.byteLength(body) <= MAX_BODY_BYTES;
}
