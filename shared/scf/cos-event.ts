import * as v from 'valibot';
import { checkInput } from '../ci/check-input.ts';
import { shapeOf, show } from '../ci/invalid-field.ts';
import type { ObjectWrite } from '../ci/object-write.ts';
import { keyFault, keyOf } from './cos-key.ts';
import { regionOf } from './cos-region.ts';
import { readBytes, readSeconds } from './cos-values.ts';

/** One change of an object, as a COS trigger told it. */
export interface ObjectEvent extends ObjectWrite {
  readonly kind: 'created' | 'removed' | 'other';
  /** `cos:ObjectCreated:Put`, … */
  readonly eventName: string;
}

/** A record that cannot be used; the others of the event can. */
export interface UnreadableRecord {
  readonly reason: string;
}

/** COS's own: letters, digits and dashes, and the account's number at its end [doc]. */
const BUCKET = /^[a-z0-9][a-z0-9-]{0,62}-\d{1,20}$/;
/** A longer text, or one that PostgreSQL cannot keep, is neither an ETag nor the id of a request. */
const IDENTIFIER = /^[^\p{Control}\p{Surrogate}]{0,1024}$/u;

/** A field without which a record cannot be used: a missing one is refused in the words of its schema. */
const required = <S extends v.GenericSchema>(schema: S) => v.optional(v.pipe(v.unknown(), schema), null);
/** A field that another can stand in for: what is no text counts as nothing. */
const textOrEmpty = v.optional(
  v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === 'string' ? value : '')),
  ),
  '',
);
const objectOf = <E extends v.ObjectEntries>(entries: E) => v.object(entries, 'an object');

const record = objectOf({
  cos: required(
    objectOf({
      cosObject: required(
        objectOf({
          url: textOrEmpty,
          key: textOrEmpty,
          size: required(v.pipe(v.unknown(), v.transform(readBytes), v.number('a number of bytes'))),
          meta: v.optional(v.unknown()),
        }),
      ),
      cosBucket: required(
        objectOf({
          name: required(v.string('the name of a bucket')),
          appid: required(
            v.pipe(
              v.union([v.string(), v.number()], 'the number of an account'),
              v.transform(String),
              v.regex(/^\d{1,20}$/, 'the number of an account'),
            ),
          ),
          region: textOrEmpty,
          cosRegion: textOrEmpty,
          s3Region: textOrEmpty,
        }),
      ),
    }),
  ),
  event: required(
    objectOf({
      eventName: required(v.string('the name of an event')),
      eventTime: required(
        v.pipe(v.unknown(), v.transform(readSeconds), v.number('seconds since 1970, before 2100')),
      ),
      eventQueue: textOrEmpty,
    }),
  ),
});

const envelope = v.object({ Records: v.array(v.unknown()) });

/**
 * Reads the event of a COS trigger [doc]; several records may have been merged into one. Nothing of the request that
 * wrote the object is taken over: it holds the uploader's signature.
 * @param ownRegion the function's own, '' when the platform does not tell
 */
export function readCosEvent(event: unknown, ownRegion = ''): (ObjectEvent | UnreadableRecord)[] {
  const read = v.safeParse(envelope, event);
  if (!read.success) return [{ reason: 'expected an event of a COS trigger, with Records' }];
  return read.output.Records.map((given) => readRecord(given, ownRegion));
}

function readRecord(given: unknown, ownRegion: string): ObjectEvent | UnreadableRecord {
  const read = checkInput(record, given, { show: shapeOf });
  if (!read.ok) {
    const [{ path, reason }] = read.faults;
    return { reason: `${path.join('.') || 'record'}: ${reason}` };
  }
  const { cos, event } = read.output;
  const { cosObject, cosBucket } = cos;
  const { name, appid } = cosBucket;
  const bucket = name.endsWith(`-${appid}`) ? name : `${name}-${appid}`;
  if (!BUCKET.test(bucket)) return { reason: `cos.cosBucket: expected a bucket, got ${show(bucket)}` };
  const region = regionOf({ ...cosBucket, url: cosObject.url, eventQueue: event.eventQueue }, ownRegion);
  if (region === undefined) return { reason: 'region: expected cosRegion, url or eventQueue to name it' };
  const key = keyOf(cosObject, appid, name);
  if (key === undefined) return { reason: 'key: expected url, or key with /appid/bucket/ before it' };
  const fault = keyFault(key);
  if (fault !== undefined) return { reason: `key: expected ${fault}, got ${show(key)}` };
  const meta: Record<string, unknown> = Object(cosObject.meta);
  return {
    kind: kindOf(event.eventName),
    eventName: event.eventName,
    bucket,
    region,
    key,
    size: cosObject.size,
    etag: identifier(meta['ETag']).replaceAll('"', ''),
    timeMs: event.eventTime * 1000,
    write: identifier(meta['x-cos-request-id']),
  };
}

/** '' for what cannot be one: then the other and the time tell writes apart. */
function identifier(value: unknown): string {
  return typeof value === 'string' && IDENTIFIER.test(value) ? value : '';
}

function kindOf(eventName: string): ObjectEvent['kind'] {
  if (eventName.startsWith('cos:ObjectCreated:')) return 'created';
  return eventName.startsWith('cos:ObjectRemove:') ? 'removed' : 'other';
}
