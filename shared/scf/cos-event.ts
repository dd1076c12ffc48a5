import * as v from 'valibot';
import type { ObjectWrite } from '../ci/object-write.ts';

/** One change of an object, as a COS trigger told it. */
export interface ObjectEvent extends ObjectWrite {
  readonly kind: 'created' | 'removed' | 'other';
  /** `cos:ObjectCreated:Put`, … */
  readonly eventName: string;
}

/** A record that cannot be read; the others of the event can. */
export interface UnreadableRecord {
  readonly reason: string;
}

const text = v.optional(v.string(), '');

const record = v.object({
  cos: v.object({
    cosObject: v.object({
      url: text,
      key: text,
      size: v.optional(v.union([v.number(), v.pipe(v.string(), v.transform(Number))]), 0),
      meta: v.optional(v.record(v.string(), v.unknown()), {}),
    }),
    cosBucket: v.object({
      name: v.string(),
      appid: v.union([v.string(), v.pipe(v.number(), v.transform(String))]),
      cosRegion: text,
    }),
  }),
  event: v.object({ eventName: v.string(), eventTime: v.number(), eventQueue: text }),
});

const envelope = v.object({ Records: v.array(v.unknown()) });

/**
 * Reads the event of a COS trigger [doc]; several records may have been merged into one. Nothing of the request that
 * wrote the object is taken over: it holds the uploader's signature.
 */
export function readCosEvent(event: unknown): (ObjectEvent | UnreadableRecord)[] {
  const read = v.safeParse(envelope, event);
  if (!read.success) return [{ reason: 'expected an event of a COS trigger, with Records' }];
  return read.output.Records.map(readRecord);
}

function readRecord(given: unknown): ObjectEvent | UnreadableRecord {
  const read = v.safeParse(record, given);
  if (!read.success) {
    const [issue] = read.issues;
    return { reason: `${v.getDotPath(issue) ?? 'record'}: expected ${issue.expected ?? 'another value'}` };
  }
  const { cos, event } = read.output;
  const { cosObject, cosBucket } = cos;
  const bucket = `${cosBucket.name}-${cosBucket.appid}`;
  const region = cosBucket.cosRegion || regionOfQueue(event.eventQueue) || regionOfUrl(cosObject.url);
  const key = keyOfUrl(cosObject.url) ?? keyOf(cosObject.key, cosBucket.appid, cosBucket.name);
  if (region === undefined) return { reason: 'region: expected cosRegion, eventQueue or url to name it' };
  if (key === undefined) return { reason: 'key: expected url, or key with /appid/bucket/ before it' };
  // COS takes no such key [doc]; PostgreSQL could not note it, and the other records of the event would fail with it.
  if (key.includes('\0')) return { reason: 'key: expected no NUL character' };
  const { ETag: etag, 'x-cos-request-id': write } = cosObject.meta;
  return {
    kind: kindOf(event.eventName),
    eventName: event.eventName,
    bucket,
    region,
    key,
    size: cosObject.size,
    etag: typeof etag === 'string' ? etag.replaceAll('"', '') : '',
    timeMs: event.eventTime * 1000,
    write: typeof write === 'string' ? write : '',
  };
}

function kindOf(eventName: string): ObjectEvent['kind'] {
  if (eventName.startsWith('cos:ObjectCreated:')) return 'created';
  return eventName.startsWith('cos:ObjectRemove:') ? 'removed' : 'other';
}

/** The url is percent-encoded, `key` looks raw; public code disagrees [guess]. What cannot be decoded is not encoded. */
function keyOfUrl(url: string): string | undefined {
  const [, path] = /^https?:\/\/[^/]+\/(.+)$/s.exec(url) ?? [];
  if (path === undefined) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** `/<appid>/<bucket>/<key>`: keys contain slashes and percent signs, so exactly that prefix goes and nothing else. */
function keyOf(key: string, appid: string, name: string): string | undefined {
  const prefix = `/${appid}/${name}/`;
  return key.startsWith(prefix) && key.length > prefix.length ? key.slice(prefix.length) : undefined;
}

/** `qcs:0:scf:<region>:appid/…` */
function regionOfQueue(queue: string): string | undefined {
  return /^qcs:\d*:scf:([a-z0-9-]+):/.exec(queue)?.[1];
}

function regionOfUrl(url: string): string | undefined {
  return /^https?:\/\/[^/]+\.cos\.([a-z0-9-]+)\.myqcloud\.com\//.exec(url)?.[1];
}
