import { readFileSync } from 'node:fs';
import { BUCKET, REGION } from './test-cloud.ts';

const FIXTURE: { Records: [FixtureRecord] } = JSON.parse(
  readFileSync(new URL('../fixtures/cos-event.json', import.meta.url), 'utf8'),
);

interface FixtureRecord {
  cos: { cosObject: { meta: object } };
  event: object;
}

/** What an event tells of one write of an object. */
export interface Write {
  readonly key: string;
  readonly etag?: string;
  /** unix seconds */
  readonly at?: number;
  /** COS's id of the request */
  readonly write?: string;
  readonly size?: number;
  readonly eventName?: string;
}

/** The documented record, uploader's signature included, with these values in it. */
function recordOf(told: Write): object {
  const { key, etag = 'a'.repeat(32), at = 1_767_225_600, size = 1000 } = told;
  const { write = `${key} ${etag} ${at}`, eventName = 'cos:ObjectCreated:Put' } = told;
  const [fixture] = FIXTURE.Records;
  const path = key.split('/').map(encodeURIComponent).join('/');
  return {
    cos: {
      ...fixture.cos,
      cosObject: {
        ...fixture.cos.cosObject,
        url: `http://${BUCKET}.cos.${REGION}.myqcloud.com/${path}`,
        key: `/1250000000/media/${key}`,
        size,
        meta: { ...fixture.cos.cosObject.meta, 'x-cos-request-id': write, ETag: `"${etag}"` },
      },
    },
    event: { ...fixture.event, eventName, eventTime: at },
  };
}

/** One event that tells of these writes. */
export function eventOf(...writes: readonly Write[]): { Records: object[] } {
  return { Records: writes.map(recordOf) };
}
